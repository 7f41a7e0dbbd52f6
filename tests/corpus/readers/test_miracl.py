from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus import catalog, large_collection
from hybrid_tui.corpus.readers import batches, miracl, registry
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import DataError
from tests.corpus.reading import notes, tables

Write = Callable[..., Path]
DOCS = [
    {"docid": "7#0", "title": "Nile", "text": "A river."},
    {"docid": "7#1", "title": "", "text": "It is long."},
    {"docid": "9#0", "title": "Lake", "text": ""},
]
QRELS = "0\tQ0\t7#0\t1\n0\tQ0\t7#1\t0\n1\tQ0\t9#0\t1\n"


def docs_file(lang: str, number: int = 0) -> str:
    return f"miracl-corpus-v1.0-{lang}/docs-{number}.jsonl.gz"


def qrels_file(lang: str) -> str:
    return f"miracl-v1.0-{lang}/qrels/qrels.miracl-v1.0-{lang}-dev.tsv"


def topics_file(lang: str) -> str:
    return f"miracl-v1.0-{lang}/topics/topics.miracl-v1.0-{lang}-dev.tsv"


def put(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Write the folders of some languages as the hub has them; `files` replaces some."""

    def write(*langs: str, **files: str) -> Path:
        for lang in langs:
            put(tmp_path / topics_file(lang), f"0\twhat in {lang}?\n1\twhich lake?\n2\tnever judged?\n")
            put(tmp_path / qrels_file(lang), QRELS)
            put(tmp_path / docs_file(lang), lines(DOCS))
        for name, content in files.items():
            put(tmp_path / name, content)
        return tmp_path

    return write


def test_every_language_counts_for_itself(folder: Write) -> None:
    collection = large_collection.build("m", tables(miracl, folder("sw", "de")))
    assert collection.queries.select("query_id", "item_id", "lang", "text", "split").rows() == [
        ("de-0", "de-0", "de", "what in de?", "dev"),
        ("de-1", "de-1", "de", "which lake?", "dev"),
        ("sw-0", "sw-0", "sw", "what in sw?", "dev"),
        ("sw-1", "sw-1", "sw", "which lake?", "dev"),
    ]
    ids = ["de-7#0", "de-7#1", "de-9#0", "sw-7#0", "sw-7#1", "sw-9#0"]
    assert collection.passages["passage_id"].to_list() == ids
    assert collection.relevance.select("item_id", "passage_id").rows() == [
        ("de-0", "de-7#0"),
        ("de-1", "de-9#0"),
        ("sw-0", "sw-7#0"),
        ("sw-1", "sw-9#0"),
    ]


def test_title_and_text_are_joined_by_a_space(folder: Write) -> None:
    (batch,) = (batch for batch in tables(miracl, folder("en")).passages() if batch.height)
    assert batch["text"].to_list() == ["Nile A river.", "It is long.", "Lake"]
    assert batch.schema == dict.fromkeys(("passage_id", "lang", "text", "where"), pl.String)


def test_shards_of_a_corpus_come_in_the_order_of_their_numbers(folder: Write) -> None:
    more = {docs_file("en", n): lines([{"docid": f"{n}#0", "title": "", "text": "x"}]) for n in (10, 2)}
    passages = pl.concat(tables(miracl, folder("en", **more)).passages())
    assert passages["passage_id"].to_list()[-2:] == ["en-2#0", "en-10#0"]


def test_batches_are_as_long_as_a_shard(folder: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SHARD", 2)
    heights = [batch.height for batch in tables(miracl, folder("en", "sw")).passages()]
    assert heights == [2, 1, 2, 1]


def test_it_is_added_under_a_name_and_read_again(folder: Write) -> None:
    entry, new = catalog.add("miracl-dev", folder("sw", "en"))
    assert (new, entry.reader, entry.languages, entry.splits) == (True, "miracl", ("en", "sw"), ("dev",))
    assert (entry.items, entry.queries, entry.passages) == (4, 4, 6)
    collection = catalog.load("miracl-dev")
    assert collection.passage_inputs("sw") == ["Nile A river.", "It is long.", "Lake"]
    assert collection.passage_inputs("en", 1, 2) == ["It is long."]


def test_the_two_data_sets_may_be_one_level_down(folder: Write, tmp_path: Path) -> None:
    path = folder("en", "de")
    for name in ("miracl-v1.0", "miracl-corpus-v1.0"):
        (path / name).mkdir()
        for lang in ("en", "de"):
            (path / f"{name}-{lang}").rename(path / name / f"{name}-{lang}")
    source = registry.source_of(str(path))
    assert source.reader == "miracl"
    assert large_collection.build("m", tables(miracl, path)).languages == ["de", "en"]


def test_topics_without_a_corpus_are_left_aside(folder: Write) -> None:
    path = folder("en", **{topics_file("fr"): "0\tquoi?\n", qrels_file("fr"): QRELS})
    assert large_collection.build("m", tables(miracl, path)).languages == ["en"]


def test_texts_longer_than_others_may_be_are_taken(folder: Write) -> None:
    long = lines([*DOCS, {"docid": "8#0", "title": "", "text": "x" * 90_000}])
    collection = large_collection.build("m", tables(miracl, folder("zh", **{docs_file("zh"): long})))
    assert collection.passages.height == 4


@pytest.mark.parametrize("lost", [qrels_file("sw"), topics_file("sw")])
def test_a_missing_file_is_named(folder: Write, lost: str) -> None:
    path = folder("en", "sw")
    (path / lost).unlink()
    with pytest.raises(DataError, match="is missing") as caught:
        catalog.add("m", path)
    assert lost in str(caught.value)


def test_a_corpus_that_is_missing_is_told(folder: Write) -> None:
    path = folder(**{topics_file("sw"): "0\twhat?\n", qrels_file("sw"): QRELS})
    with pytest.raises(DataError, match="no folder miracl-corpus") as caught:
        catalog.check(path)
    assert "miracl/miracl-corpus" in caught.value.hint


def test_an_empty_corpus_folder_is_told(folder: Write) -> None:
    path = folder("sw")
    (path / docs_file("sw")).unlink()
    with pytest.raises(DataError, match=r"miracl-corpus-v1\.0-sw: there is no docs-0"):
        catalog.check(path)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        (docs_file("sw"), lines(DOCS[:1]) + '{"docid": "7#1"\n', "docs-0.jsonl.gz, line 2: Input data was"),
        (
            docs_file("sw"),
            lines(DOCS) + '{"docid": 3, "text": ""}\n',
            "docs-0.jsonl.gz, line 4: Expected `str`",
        ),
        (docs_file("sw"), '{"docid": "7#1"}\n', "line 1: Object missing required field `text`"),
        (
            docs_file("sw"),
            lines([*DOCS, DOCS[1] | {"text": "other"}]),
            "line 4: passage passage_id 'sw-7#1' is there already with another text",
        ),
        (qrels_file("sw"), "0\tQ0\t7#0\n", "field query-id is missing; there are: 0, Q0, 7#0"),
        (qrels_file("sw"), QRELS + "1\tQ0\t7#0\tyes\n", "dev.tsv, line 4: score 'yes' is no number"),
        (qrels_file("sw"), QRELS + "1\tQ0\t7#0\tnan\n", "dev.tsv, line 4: score 'nan' is no number"),
        (qrels_file("sw"), QRELS + "1\tQ0\t7#0\n", "dev.tsv, line 4: not a query id, Q0, a passage id and"),
        (topics_file("sw"), "0 what?\n", "dev.tsv, line 1: not a query id, a tab and a query"),
        (topics_file("sw"), "", "the file is empty"),
        (docs_file("xx"), lines(DOCS), "topics.miracl-v1.0-xx-dev.tsv is missing"),
    ],
)
def test_what_is_broken_is_told_with_its_place(folder: Write, file: str, content: str, told: str) -> None:
    path = folder("en", "sw", **{file: content})
    with pytest.raises(DataError) as caught:
        catalog.add("m", path)
    assert told in str(caught.value)
    assert caught.value.hint
    assert catalog.entries()[1:] == [], "nothing is left behind"


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        (
            {qrels_file("sw"): QRELS + "0\tQ0\t5#5\t1\n"},
            "1 judgement of passages that are not there, left out",
        ),
        (
            {qrels_file("sw"): QRELS + "8\tQ0\t7#0\t1\n"},
            "1 judgement of queries that are not there, left out",
        ),
        ({docs_file("sw"): lines([*DOCS, DOCS[1]])}, "1 passage there twice with the same text, taken once"),
        (
            {docs_file("sw"): lines([*DOCS, {"docid": "8#0", "text": " "}])},
            "1 passage without text, left out",
        ),
    ],
)
def test_small_faults_are_left_out_and_noted_or_refused(
    folder: Write, changes: dict[str, str], note: str
) -> None:
    path = folder("en", "sw", **changes)
    entry, _ = catalog.add("m", path)
    assert [line for line in entry.notes if line.startswith(note)]
    assert (entry.queries, entry.passages) == (4, 6)
    assert catalog.load("m").passage_inputs("sw") == ["Nile A river.", "It is long.", "Lake"]
    with pytest.raises(DataError, match=re.escape(note)) as caught:
        catalog.check(path, options=ReadOptions(strict=True))
    assert "line" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (lines(DOCS).encode(), "Not a gzipped file"),
        (gzip.compress(lines(DOCS * 9).encode(), mtime=0)[:-30], "Compressed file ended"),
        (gzip.compress(b'{"docid": "7#0", "text": "\xff"}\n', mtime=0), "line 1: 'utf-8' codec"),
    ],
)
def test_a_broken_archive_is_told(folder: Write, content: bytes, told: str) -> None:
    path = folder("en")
    (path / docs_file("en")).write_bytes(content)
    with pytest.raises(DataError) as caught:
        catalog.check(path)
    assert "docs-0.jsonl.gz" in str(caught.value)
    assert told in str(caught.value)


def test_topics_of_other_splits_are_told(folder: Write) -> None:
    train = topics_file("sw").replace("-dev", "-train")
    assert "files that are not read: topics.miracl-v1.0-sw-train.tsv" in notes(
        folder("sw", **{train: "5\ta\n"})
    )
