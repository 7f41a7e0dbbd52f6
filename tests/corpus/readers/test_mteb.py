from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.readers import mteb, registry
from hybrid_tui.corpus.readers.subsets import Subset, pair, subsets
from hybrid_tui.errors import DataError
from tests.corpus.reading import collected, notes

Rows = list[dict[str, Any]]
Write = Callable[..., Path]
TEXTS = {
    "de": ("Der Fluss fließt langsam durch die große Stadt.", "Wie lang ist der Fluss in der Stadt?"),
    "en": ("The river flows slowly through the big city.", "How long is the river in the city?"),
    "fr": ("Le fleuve coule lentement dans la grande ville.", "Quelle est la longueur du fleuve ?"),
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write parts as `datasets` pushes them: a folder each, and a Parquet file for each split."""

    def made(split: str = "test", ids: str = "_id", **parts: Rows) -> Path:
        for part, rows in parts.items():
            folder = tmp_path / "set" / part.replace("__", "-")
            folder.mkdir(parents=True, exist_ok=True)
            named = [{ids if key == "_id" else key: value for key, value in row.items()} for row in rows]
            pl.DataFrame(named).write_parquet(folder / f"{split}-00000-of-00001.parquet")
        return tmp_path / "set"

    return made


def passages(lang: str = "en") -> Rows:
    return [{"_id": "d1", "title": "Nile", "text": TEXTS[lang][0]}, {"_id": "d2", "title": "", "text": "…"}]


def queries(lang: str = "en") -> Rows:
    return [{"_id": "q1", "text": TEXTS[lang][1]}]


def qrels(score: float = 1, **more: Any) -> Rows:
    return [{"query-id": "q1", "corpus-id": "d1", "score": score} | more]


@pytest.mark.parametrize("judged", ["qrels", "default", "data"])
@pytest.mark.parametrize("ids", ["_id", "id"])
def test_a_set_in_one_language(write: Write, judged: str, ids: str) -> None:
    path = write(ids=ids, corpus=passages(), queries=queries(), **{judged: qrels(1.0)})
    found = collected(path, lang="en")
    assert found.passages.select("passage_id", "lang", "text").rows() == [
        ("d1", "en", f"Nile {TEXTS['en'][0]}"),
        ("d2", "en", "…"),
    ]
    assert found.judgements.select("query_id", "passage_id").rows() == [("q1", "d1")]
    assert catalog.check(path, "c", registry.ReadOptions(lang="en")).reader == "mteb"
    with pytest.raises(DataError, match="field lang is missing") as caught:
        collected(path)
    assert "--lang en" in caught.value.whole


def test_judgements_may_be_text(write: Write) -> None:
    path = write(corpus=passages(), queries=queries())
    (path / "qrels").mkdir()
    (path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    (path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n")
    assert collected(path, lang="en").judgements["passage_id"].to_list() == ["d1"]
    assert "of the judgements those of test are used, not those of dev" in notes(path, lang="en")


def by_language(write: Write, form: str = "{}__{}", langs: tuple[str, ...] = ("de", "en")) -> Path:
    for lang in langs:
        for part, rows in (("corpus", passages(lang)), ("queries", queries(lang)), ("qrels", qrels())):
            path = write("dev", **{form.format(lang, part): rows})
    return path


@pytest.mark.parametrize("form", ["{}__{}", "{1}__{0}"])
def test_a_subset_a_language(write: Write, form: str) -> None:
    path = by_language(write, form)
    found = collected(path)
    assert found.languages == ["de", "en"]
    assert found.judgements.select("query_id", "item_id", "passage_id").rows() == [
        ("de-q1", "de-q1", "de-d1"),
        ("en-q1", "en-q1", "en-d1"),
    ]
    assert found.monolingual
    assert not collected(path, parallel_by="id").monolingual
    assert any(note.startswith("1 id of queries in several languages") for note in notes(path))


def test_subsets_are_read_under_our_codes(write: Write) -> None:
    found = collected(by_language(write, langs=("de", "fr")))
    (Path(write()) / "de-corpus").rename(write() / "deu_Latn-corpus")
    (write() / "de-queries").rename(write() / "deu_Latn-queries")
    (write() / "de-qrels").rename(write() / "deu_Latn-qrels")
    assert collected(write()).fingerprint == found.fingerprint
    assert any("deu_Latn as de" in note for note in notes(write()))


def test_files_by_language_are_a_subset_too(tmp_path: Path) -> None:
    for name, rows in (("corpus", passages("de")), ("queries", queries("de")), ("qrels", qrels())):
        (tmp_path / f"de-{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert collected(tmp_path).queries["query_id"].to_list() == ["de-q1"]


def test_a_subset_that_lacks_a_part_is_told(write: Write) -> None:
    path = by_language(write)
    write(fr__queries=queries("fr"))
    write(more=queries("fr"))
    told = notes(path)
    assert any(note.startswith("the subset fr has no corpus, qrels, and is left out") for note in told)
    assert "files that are not read: more" in told
    with pytest.raises(DataError, match="the subset fr has no corpus"):
        collected(path, strict=True)


def test_the_split_that_is_judged_is_read(write: Write) -> None:
    """Where passages have that split: they may be the same for all."""
    write("train", queries=[{"_id": "q9", "text": "never?"}], qrels=qrels())
    path = write(corpus=passages(), queries=queries(), qrels=qrels())
    assert collected(path, lang="en").queries["query_id"].to_list() == ["q1"]
    write("corpus", corpus=[{"_id": "d3", "title": "", "text": "more"}])
    assert collected(path, lang="en").passages.height == 2
    (path / "corpus" / "test-00000-of-00001.parquet").rename(path / "corpus" / "a-00000-of-00002.parquet")
    assert collected(path, lang="en").passages.height == 3


def test_queries_in_several_languages_of_one_corpus(write: Write) -> None:
    write(queries__de=queries("de"), queries__fr=queries("fr"))
    path = write(corpus=passages(), qrels=qrels())
    found = collected(path, lang="en")
    assert found.passages["lang"].unique().to_list() == ["en"]
    assert found.judgements.select("query_id", "passage_id").rows() == [("de-q1", "d1"), ("fr-q1", "d1")]


@pytest.mark.parametrize("first", ["queries", "corpus"])
@pytest.mark.parametrize("name", ["de-en", "deu-eng", "deu_Latn-eng_Latn", "de.en"])
def test_the_texts_tell_the_sides_of_a_pair(write: Write, first: str, name: str) -> None:
    asked, among = ("de", "en") if first == "queries" else ("en", "de")
    parts = {"corpus": passages(among), "queries": queries(asked), "qrels": qrels()}
    path = write(**{f"{name}__{part}": rows for part, rows in parts.items()})
    found = collected(path)
    assert found.queries["lang"].unique().to_list() == [asked]
    assert found.passages["lang"].unique().to_list() == [among]
    assert any(f"{name}: queries in {asked}, passages in {among}" in note for note in notes(path))


def test_pairs_share_what_has_the_same_text(write: Write) -> None:
    """As MLQA's: every pair has a corpus of its own, whose ids are its own as well."""
    for asked in ("de", "en"):
        for at, among in enumerate(("de", "en")):
            name = f"{among}-{asked}"
            rows = [{"_id": f"d{at}", "text": TEXTS[among][0]}, {"_id": "d9", "text": f"{name} other"}]
            judged = [{"query-id": "q1", "corpus-id": f"d{at}", "score": 1}]
            path = write(
                **{f"{name}__corpus": rows, f"{name}__queries": queries(asked), f"{name}__qrels": judged}
            )
    found = collected(path, parallel_by="id")
    assert found.queries["query_id"].to_list() == ["de-q1", "en-q1"]
    assert sorted(found.judgements.select("query_id", "passage_id").rows()) == [
        (f"{asked}-q1", f"{lang}-d{at}") for asked in ("de", "en") for at, lang in enumerate(("de", "en"))
    ]
    others = found.passages.filter(pl.col("text").str.ends_with("other"))["passage_id"].to_list()
    assert others == ["de-de-corpus-d9", "de-en-corpus-d9", "en-de-corpus-d9", "en-en-corpus-d9"]
    told = notes(path, parallel_by="id")
    assert "2 passages with the text of one in an earlier subset, taken once" in told
    assert "2 queries with the text of one in an earlier subset, taken once" in told


def test_subsets_that_are_no_languages_need_to_be_told(write: Write) -> None:
    parts = {"corpus": passages(), "queries": queries(), "qrels": qrels()}
    path = write(**{f"tex_stack__{part}": rows for part, rows in parts.items()})
    assert collected(path, lang="en").queries["query_id"].to_list() == ["tex_stack-q1"]
    with pytest.raises(DataError, match="field lang is missing"):
        collected(path)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["corpus", "queries", "qrels"], [("", "corpus", "queries", "qrels")]),
        (["corpus", "queries", "default"], [("", "corpus", "queries", "default")]),
        (["corpus", "query", "data", "README"], [("", "corpus", "query", "data")]),
        (["de-corpus", "de-queries", "de-qrels"], [("de", "de-corpus", "de-queries", "de-qrels")]),
        (["corpus", "qrels", "queries-es"], [("es", "corpus", "queries-es", "qrels")]),
        (["de-corpus"], [("de", "de-corpus", "", "")]),
        (["default", "data"], []),
        (["passages", "queries_2"], [("2", "", "queries_2", "")]),
    ],
)
def test_subsets_by_the_names_of_their_parts(names: list[str], found: list[tuple[str, ...]]) -> None:
    assert list(subsets(names).values()) == [Subset(*each) for each in found]


@pytest.mark.parametrize(
    ("name", "langs"),
    [
        ("de-en", ("de", "en")),
        ("eng_Latn-deu_Latn", ("eng_Latn", "deu_Latn")),
        ("zh-TW", None),
        ("zh-Hans", None),
        ("de-qq", None),
        ("de", None),
        ("de-en-fr", None),
    ],
)
def test_pairs_of_languages(name: str, langs: tuple[str, str] | None) -> None:
    assert pair(name) == langs


def test_bad_folders_are_told(write: Write) -> None:
    path = by_language(write)
    write("dev", de__qrels=qrels(float("nan")))
    with pytest.raises(DataError, match=r"de-qrels.*score 'NaN' is no number"):
        collected(path)
    write("dev", de__qrels=[{"query-id": "q1", "score": 1}])
    with pytest.raises(DataError, match="field corpus-id is missing"):
        collected(path)
    (path / "de-qrels" / "dev-00000-of-00001.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(DataError, match="de-qrels"):
        collected(path)


def test_beir_s_own_folder_is_not_taken(tmp_path: Path) -> None:
    for name in ("corpus", "queries"):
        (tmp_path / f"{name}.jsonl").touch()
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").touch()
    assert not mteb.fits(tmp_path)
    assert not mteb.fits(tmp_path / "corpus.jsonl")
