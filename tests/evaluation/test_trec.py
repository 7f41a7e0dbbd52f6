from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
import pytrec_eval
from hypothesis import assume, given
from hypothesis import strategies as st

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import DataError, HybridTuiError, UsageError
from hybrid_tui.evaluation import bias, metric_tables, trec, trec_lines
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks

from .random_cases import World, world, worlds


def judged(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    """Relevance of (item, passage)."""
    rows = [(item, passage, None, None) for item, passage in pairs]
    return pl.DataFrame(rows, RELEVANCE, orient="row")


def collection(made: World) -> Collection:
    """The collection behind a world; its item and passage ids hold white space."""
    queries = made.ranks().queries.with_columns(
        text=pl.lit("?"), topic=pl.lit(None, pl.String), split=pl.lit(None, pl.String)
    )
    passages = pl.DataFrame(
        {"passage_id": [f"passage {x}" for x in range(len(made.langs))], "lang": made.langs}
    )
    relevance = [(f"item {item}", f"passage {x}") for item, owned in made.relevant.items() for x in owned]
    return Collection(
        "toy",
        queries,
        passages.with_columns(text=pl.lit("!"), context=pl.lit(None, pl.String)),
        judged(relevance),
    )


@pytest.fixture
def toy() -> Collection:
    """Two questions in de and en; passages d1 to d3 and e1 to e3: d1 and e1 answer q1, d2 and e2 q2."""
    ids = [f"{lang[0]}{n}" for lang in ("de", "en") for n in (1, 2, 3)]
    return Collection(
        "toy",
        pl.DataFrame(
            {
                "query_id": ["q1-de", "q2-de", "q1-en", "q2-en"],
                "item_id": ["q1", "q2", "q1", "q2"],
                "lang": ["de", "de", "en", "en"],
                "text": ["?"] * 4,
            }
        ),
        pl.DataFrame({"passage_id": ids, "lang": ["de"] * 3 + ["en"] * 3, "text": ["!"] * 6}),
        judged([("q1", "d1"), ("q1", "e1"), ("q2", "d2"), ("q2", "e2")]),
    )


RELEVANCE = {"item_id": pl.String, "passage_id": pl.String, "version": pl.String, "grade": pl.Float64}
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(*lines: str) -> Path:
        path = tmp_path / "some.run"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


def lines(query: str, *passages: str) -> list[str]:
    """The lines of one query, its passages best first."""
    return [f"{query} Q0 {name} {rank} {1 / rank} bm25" for rank, name in enumerate(passages, 1)]


def beaten(ranks: Ranks) -> dict[tuple[str, str], tuple[int, ...]]:
    queries = ranks.queries["query_id"].gather(ranks.relevant["query"])
    rows = map(tuple, ranks.beaten.tolist())
    return dict(zip(zip(queries, ranks.relevant["passage_id"], strict=True), rows, strict=True))


def assert_same(one: Ranks, other: Ranks) -> None:
    assert one.languages == other.languages
    assert one.queries.equals(other.queries)
    assert one.relevant.equals(other.relevant)
    assert one.relevant.schema == other.relevant.schema
    for field in ("pool", "beaten", "top", "top_lang"):
        a, b = getattr(one, field), getattr(other, field)
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b, field)
    assert one.top_scores.dtype == other.top_scores.dtype
    np.testing.assert_allclose(one.top_scores, other.top_scores, rtol=1e-5, atol=1e-40)


@given(worlds)
def test_what_is_written_whole_is_read_again(made: World) -> None:
    assume(all(made.order(query) for query in made.queries))
    whole = made.ranks(len(made.langs))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "our.run"
        trec.write_run(path, [whole], collection(made), "ours")
        run = trec.read_run(path, collection(made), languages=made.languages)
    assert_same(run.ranks, made.ranks())
    assert (run.tag, run.unanswered, run.monolingual) == ("ours", 0, False)


def parsed(path: Path) -> dict[str, dict[str, float]]:
    with path.open() as file:
        return dict(pytrec_eval.parse_run(file))


def as_trec_eval_sorts(scores: dict[str, float]) -> list[str]:
    """Passages by score as float32, equal ones by name, both falling."""
    return sorted(scores, key=lambda name: (np.float32(scores[name]), name), reverse=True)


@given(worlds, st.data())
def test_pytrec_eval_measures_what_we_do_in_every_setting(made: World, data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(["multilingual", "monolingual", *made.languages]))
    whole = made.ranks(len(made.langs))
    with TemporaryDirectory() as folder:
        run, qrels = Path(folder) / "our.run", Path(folder) / "our.qrels"
        trec.write_run(run, [whole], collection(made), "ours", setting)
        trec.write_qrels(qrels, collection(made), setting)
        scores = parsed(run)
        with qrels.open() as file:
            relevant = pytrec_eval.parse_qrel(file)
    found = pytrec_eval.RelevanceEvaluator(relevant, {"map", "recip_rank"}).evaluate(scores)
    own = setting == "monolingual"
    pool = pl.col("query_lang") if own else pl.lit("all" if setting == "multilingual" else setting)
    if len(made.languages) == 1 and not own:
        pool = pl.lit(made.languages[0])
    rows = metric_tables.per_query(whole).filter(pl.col("pool") == pool).to_dicts()
    assert set(relevant) == {row["query_id"] for row in rows}
    for row in rows:
        values = found.get(row["query_id"], {"map": 0.0, "recip_rank": 0.0})
        assert values["map"] == pytest.approx(row["mAP"], abs=1e-9)
        assert values["recip_rank"] == pytest.approx(row["MRR"], abs=1e-9)
    for query, (item, lang) in enumerate(made.asked):
        order = made.order(query, lang if own else None if setting == "multilingual" else setting)
        names = as_trec_eval_sorts(scores.get(f"{item}-{lang}-{query}", {}))
        assert names == [f"passage%20{x}" for x in order]


@pytest.mark.parametrize("value", [0.0, -0.0, 1e-45, 0.5, -7.25, 3e38, -3e38])
def test_equal_scores_are_written_falling_by_one_float32_each(value: float, tmp_path: Path) -> None:
    made = world(0, items=1, others=4)
    ties = made.ranks(len(made.langs))
    ties.top_scores[:] = value
    trec.write_run(tmp_path / "a.run", [ties], collection(made), "ties")
    for query, scores in enumerate(parsed(tmp_path / "a.run").values()):
        assert as_trec_eval_sorts(scores) == [f"passage%20{x}" for x in ties.top[query]]
        falling = np.array(list(scores.values()), np.float32)
        np.testing.assert_array_equal(falling[1:], np.nextafter(falling[:-1], np.float32(-np.inf)))


def test_different_scores_are_written_as_they_are(tmp_path: Path) -> None:
    made = world(3, others=9)
    whole = made.ranks(len(made.langs))
    whole.top_scores[:] = whole.top_scores / np.float32(7919)
    trec.write_run(tmp_path / "a.run", [whole], collection(made), "ours")
    found = trec.read_run(tmp_path / "a.run", collection(made), top=len(made.langs)).ranks
    np.testing.assert_array_equal(found.top_scores, whole.top_scores)


@given(st.data())
def test_score_orders_and_then_rank(data: st.DataObject) -> None:
    made = world(data.draw(st.integers(0, 99)), items=2, others=2, ragged=True)
    given_lines = []
    expected: dict[str, list[int]] = {}
    for name in made.ranks().queries["query_id"]:
        size = data.draw(st.integers(1, len(made.langs)))
        found = data.draw(st.permutations(range(len(made.langs))))[:size]
        scores = data.draw(
            st.lists(st.sampled_from([-1e300, -0.0, 0.0, 1e-9, 3.5]), min_size=size, max_size=size)
        )
        ranked = data.draw(st.permutations(range(size)))
        rows = sorted(zip(scores, ranked, found, strict=True), key=lambda row: (-row[0], row[1]))
        expected[name] = [x for *_, x in rows]
        given_lines += [f"{name} Q0 passage%20{x} {rank} {score} x" for score, rank, x in rows]
    shuffled = data.draw(st.permutations(given_lines))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.run"
        path.write_text("\n".join(shuffled))
        try:
            ranks = trec.read_run(path, collection(made), top=3, languages=made.languages).ranks
        except DataError as error:
            assume("as distances do" not in str(error))
            raise
    for query, name in enumerate(ranks.queries["query_id"]):
        first = expected[name][:3]
        assert ranks.top[query].tolist() == first + [UNRANKED] * (3 - len(first))
        langs = [made.languages.index(made.langs[x]) for x in first]
        assert ranks.top_lang[query].tolist() == langs + [UNRANKED] * (3 - len(first))
        assert np.isneginf(ranks.top_scores[query]).tolist() == [False] * len(first) + [True] * (
            3 - len(first)
        )
    for (name, passage), counts in beaten(ranks).items():
        order, x = expected[name], int(passage.removeprefix("passage "))
        before = [made.langs[y] for y in order[: order.index(x)]] if x in order else None
        unranked = (UNRANKED,) * len(made.languages)
        assert counts == (tuple(map(before.count, made.languages)) if before is not None else unranked)


def test_a_query_without_a_line_has_failed_and_a_language_without_one_was_not_asked(
    toy: Collection, written: Written
) -> None:
    run = trec.read_run(written(*lines("q1-en", "e1", "d3", "d1")), toy)
    assert run.unanswered == 1
    assert run.ranks.queries["query_id"].to_list() == ["q1-en", "q2-en"]
    assert beaten(run.ranks) == {
        ("q1-en", "d1"): (1, 1),
        ("q1-en", "e1"): (0, 0),
        ("q2-en", "d2"): (UNRANKED, UNRANKED),
        ("q2-en", "e2"): (UNRANKED, UNRANKED),
    }


def test_each_language_searched_by_itself_gives_the_monolingual_setting_alone(
    toy: Collection, written: Written
) -> None:
    path = written(*lines("q1-de", "d3", "d1"), *lines("q1-en", "e1"), *lines("q2-en", "e1", "e3", "e2"))
    run = trec.read_run(path, toy)
    assert run.monolingual
    assert run.unanswered == 1
    assert run.ranks.languages == ("de", "en")
    assert run.ranks.pool.tolist() == [3, 3]
    assert beaten(run.ranks) == {
        ("q1-de", "d1"): (1, 0),
        ("q2-de", "d2"): (UNRANKED, UNRANKED),
        ("q1-en", "e1"): (0, 0),
        ("q2-en", "e2"): (0, 2),
    }
    assert run.ranks.relevant["query"].to_list() == [0, 1, 2, 3]
    told = trec.read_run(path, toy, languages=["en", "de"])
    assert not told.monolingual
    assert told.ranks.relevant.height == 8
    assert told.fingerprint != run.fingerprint


def test_a_run_over_one_language_has_that_pool(toy: Collection, written: Written) -> None:
    run = trec.read_run(written(*lines("q1-de", "e2", "e1"), *lines("q2-en", "e2")), toy)
    assert not run.monolingual
    assert run.ranks.languages == ("en",)
    assert run.ranks.pool.tolist() == [3]
    assert run.unanswered == 2
    assert beaten(run.ranks)["q1-de", "e1"] == (1,)
    both = trec.read_run(written(*lines("q1-de", "e2", "e1")), toy, languages=["de", "en"])
    assert beaten(both.ranks)["q1-de", "d1"] == (UNRANKED, UNRANKED)


def test_an_own_run_of_the_monolingual_setting_is_known_as_such(tmp_path: Path) -> None:
    made = world(5, others=6)
    trec.write_run(tmp_path / "a.run", [made.ranks(len(made.langs))], collection(made), "ours", "monolingual")
    run = trec.read_run(tmp_path / "a.run", collection(made))
    assert run.monolingual
    values = metric_tables.per_query(made.ranks())
    own = pl.col("pool") == pl.col("query_lang")
    assert metric_tables.per_query(run.ranks).filter(own).equals(values.filter(own))


def clean() -> list[str]:
    return [*lines("q1-de", "e2", "d1", "e1"), *lines("q2-en", "d2", "d1")]


DISGUISES: dict[str, Callable[[Iterable[str]], bytes]] = {
    "tabs": lambda rows: "\n".join(rows).replace(" ", "\t").encode(),
    "several blanks": lambda rows: "\n".join(f"  {row} \t" for row in rows).replace(" ", "   ").encode(),
    "CRLF": lambda rows: "\r\n".join(rows).encode() + b"\r\n",
    "blank lines": lambda rows: ("\n \n\n" + "\n\n\n \t\n".join(rows) + "\n\n").encode(),
    "byte order mark": lambda rows: "\ufeff".encode() + "\n".join(rows).encode(),
    "gzip": lambda rows: gzip.compress("\n".join(rows).encode()),
    "two gzip members": lambda rows: b"".join(gzip.compress(f"{row}\n".encode()) for row in rows),
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("block", [1 << 26, 150, 60])
def test_every_layout_reads_alike(
    disguise: str,
    block: int,
    toy: Collection,
    written: Written,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = trec.read_run(written(*clean()), toy)
    monkeypatch.setattr(trec_lines, "_BLOCK", block)
    path = tmp_path / "other.run"
    path.write_bytes(DISGUISES[disguise](clean()))
    found = trec.read_run(path, toy)
    assert_same(found.ranks, expected.ranks)
    assert found.tag == "bm25"


def test_a_name_in_gz_is_written_packed_and_equal_each_time(tmp_path: Path) -> None:
    made = world(1)
    for name in ("a.run", "a.run.gz", "b.run.gz"):
        trec.write_run(tmp_path / name, [made.ranks()], collection(made), "ours")
    assert gzip.decompress((tmp_path / "a.run.gz").read_bytes()) == (tmp_path / "a.run").read_bytes()
    assert (tmp_path / "a.run.gz").read_bytes() == (tmp_path / "b.run.gz").read_bytes()
    a, b = (trec.read_run(tmp_path / name, collection(made)) for name in ("a.run", "a.run.gz"))
    assert a.fingerprint == b.fingerprint


def test_parts_of_a_written_run_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world(2, ties=True)
    trec.write_run(tmp_path / "a.run", [made.ranks()], collection(made), "ours")
    monkeypatch.setattr(trec, "_ROWS", 25)
    trec.write_run(tmp_path / "b.run", [made.ranks()], collection(made), "ours")
    assert (tmp_path / "a.run").read_bytes() == (tmp_path / "b.run").read_bytes()


BAD = {
    "q1-de Q0 d2 2 0.4": "5 columns, not 6",
    "q1-de Q0 d2 2 0.4 a b c": "8 columns, not 6",
    "q1-xx Q0 d2 2 0.4 x": "unknown query id 'q1-xx'",
    "q1-de Q0 {d2} 2 0.4 x": "unknown passage id '{d2}'",
    'q1-de Q0 "d2" 2 0.4 x': "unknown passage id '\"d2\"'",
    "q1-de Q0 d2 two 0.4 x": "rank 'two' is no number",
    "q1-de Q0 d2 2 0,4 x": "score '0,4' is no finite number",
    "q1-de Q0 d2 2 NaN x": "score 'NaN' is no finite number",
    "q1-de Q0 d2 2 -inf x": "score '-inf' is no finite number",
    "q1-de Q0 d1 2 0.4 x": "query 'q1-de' has passage 'd1' twice",
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("block", [1 << 26, 60])
def test_bad_lines_are_told_with_their_number(
    bad: str, block: int, toy: Collection, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trec_lines, "_BLOCK", block)
    path = written("", *lines("q1-de", "d1"), " ", bad, *lines("q1-en", "d1"))
    with pytest.raises(DataError) as caught:
        trec.read_run(path, toy)
    assert str(caught.value) == f"{path}: 1 problem\n  line 4: {BAD[bad]}"
    assert "query Q0 passage rank score tag" in caught.value.hint


def test_many_problems_are_counted_and_the_first_shown(toy: Collection, written: Written) -> None:
    path = written(*clean(), *(f"q1-de Q0 x{n} {n + 9} 0.1 t" for n in range(1000)))
    with pytest.raises(DataError) as caught:
        trec.read_run(path, toy)
    told = str(caught.value).splitlines()
    assert told[0].endswith("1,000 problems")
    assert told[1] == "  line 6: unknown passage id 'x0'"
    assert told[-1] == "  … and 980 more"


def test_the_same_complaint_is_made_once_with_a_count(toy: Collection, written: Written) -> None:
    path = written(*clean(), *(f"nobody Q0 d{n} 1 0.1 t" for n in (1, 2, 3)), "else Q0 d1 1 1 t")
    with pytest.raises(DataError) as caught:
        trec.read_run(path, toy)
    told = str(caught.value).splitlines()[1:]
    assert told == ["  line 6 and 2 more: unknown query id 'nobody'", "  line 9: unknown query id 'else'"]


@pytest.mark.parametrize("rank", ["0", "1", "{rank}.0", "{rank}.5", "1e3"])
def test_scores_decide_whatever_stands_in_the_rank_column(
    rank: str, toy: Collection, written: Written
) -> None:
    rows = [line.split() for line in clean()]
    changed = [" ".join([*row[:3], rank.format(rank=row[3]), *row[4:]]) for row in rows]
    expected = trec.read_run(written(*clean()), toy).ranks
    assert_same(trec.read_run(written(*reversed(changed)), toy).ranks, expected)


def as_scores(rows: Iterable[str]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for query, _, passage, _, score, _ in map(str.split, rows):
        found.setdefault(query, {})[passage] = float(score)
    return found


JSON_RUNS: dict[str, Callable[[dict[str, dict[str, float]]], bytes]] = {
    "ranx, BEIR": lambda run: json.dumps(run).encode(),
    "indented": lambda run: b"\n " + json.dumps(run, indent=2).encode(),
    "byte order mark": lambda run: "\ufeff".encode() + json.dumps(run).encode(),
    "gzip": lambda run: gzip.compress(json.dumps(run).encode()),
    "mteb": lambda run: json.dumps({"mteb_model_meta": {"name": "x"}, "default": {"test": run}}).encode(),
}


@pytest.mark.parametrize("form", JSON_RUNS)
def test_json_runs_read_as_trec_runs_do(form: str, toy: Collection, written: Written, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(JSON_RUNS[form](as_scores(clean())))
    assert_same(trec.read_run(path, toy).ranks, trec.read_run(written(*clean()), toy).ranks)


@pytest.mark.parametrize("text", ['{"q1-de": {"d1": "high"}}', '{"q1-de": ["d1"]}', "{", '{"q1-de": 1}'])
def test_json_that_is_no_run_is_told(text: str, toy: Collection, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        trec.read_run(path, toy)
    assert str(path) in str(caught.value)


def test_ids_of_the_source_do_where_one_alone_fits(toy: Collection, written: Written) -> None:
    renamed = {
        "passage_id": toy.passages["lang"] + "-" + pl.Series(["a", "b", "c", "a", "b", "f"]),
        "query_id": toy.queries["lang"] + "-" + pl.Series(["one", "two", "one", "four"]),
    }
    source = Collection(
        "toy",
        toy.queries.with_columns(query_id=renamed["query_id"]),
        toy.passages.with_columns(passage_id=renamed["passage_id"]),
        judged([("q1", "de-c"), ("q2", "en-f")]),
    )
    found = trec.read_run(written(*lines("two", "c", "f"), *lines("four", "f")), source)
    assert beaten(found.ranks)["de-two", "en-f"] == (1, 0)
    assert beaten(found.ranks)["en-four", "en-f"] == (0, 0)
    alone = trec.read_run(written(*lines("four", "f", "b")), source, languages=["en"])
    assert alone.ranks.top[0, :2].tolist() == [5, 4] or alone.ranks.top[1, :2].tolist() == [5, 4]
    with pytest.raises(DataError, match="unknown query id 'one'"):
        trec.read_run(written(*lines("one", "c")), source)
    with pytest.raises(DataError, match="unknown passage id 'a'") as caught:
        trec.read_run(written(*lines("two", "a")), source)
    assert "such as de-one and de-a" in caught.value.hint


def test_what_a_cut_run_does_not_rank_is_left_open(toy: Collection, written: Written) -> None:
    whole = [
        *lines("q1-de", "d1", "d3", "e1"),
        *lines("q2-de", "d2", "e2", "e3"),
        *lines("q1-en", "e3", "e2"),
    ]
    ranks = trec.read_run(written(*whole), toy).ranks
    assert ranks.depth is not None
    assert ranks.depth.tolist() == [[2, 1, 3], [1, 2, 3], [3, 3, 3], [3, 3, 3]]
    table = metric_tables.per_query(ranks, ["mAP", "MRR", "R@1", "R@2", "R@3", "R@4"])
    rows = {(row["query_id"], row["pool"]): row for row in table.to_dicts()}
    assert rows["q1-de", "all"]["mAP"] == pytest.approx((1 + 2 / 3) / 2)
    lost = rows["q2-en", "all"]
    assert (lost["mAP"], lost["MRR"], lost["R@4"]) == (None, None, None)
    assert (lost["R@1"], lost["R@3"]) == (0, 0)
    bias_values = bias.per_query_bias(ranks)
    assert bias_values["rank_distance"].to_list() == [2, 1, None, None]
    assert set(bias_values[f"TLR@{bias.DEPTH}"][2:]) == {None}
    uncut = [*lines("q1-de", "d1", "e1"), *lines("q2-de", "d2", "e2")]
    assert trec.read_run(written(*uncut), toy, languages=["de", "en"]).ranks.depth is None


def test_in_a_language_a_cut_run_is_as_deep_as_it_lists_there(toy: Collection, written: Written) -> None:
    found = trec.read_run(written(*lines("q1-de", "d3", "d2", "e3"), *lines("q2-en", "e3", "d1", "d2")), toy)
    table = metric_tables.per_query(found.ranks, ["R@1", "R@2", "R@3"])
    (row,) = table.filter(query_id="q1-de", pool="en").to_dicts()
    assert [row[f"R@{k}"] for k in (1, 2, 3)] == [0, None, None]
    (row,) = table.filter(query_id="q1-de", pool="de").to_dicts()
    assert [row[f"R@{k}"] for k in (1, 2, 3)] == [0, 0, None]


def test_a_passage_outside_the_languages_searched_is_told(toy: Collection, written: Written) -> None:
    with pytest.raises(DataError, match="line 2 and 1 more: passage 'd1' is in no language searched"):
        trec.read_run(written(*clean()), toy, languages=["en"])
    with pytest.raises(UsageError, match="no passage language in toy named 'fr'"):
        trec.read_run(written(*clean()), toy, languages=["fr"])


def test_distances_are_refused(toy: Collection, written: Written) -> None:
    rising = [f"q1-de Q0 d{n} {n} {n / 2} faiss" for n in (1, 2, 3)]
    with pytest.raises(DataError, match="rise down its ranks") as caught:
        trec.read_run(written(*rising, *lines("q2-en", "d2")), toy)
    assert "negated" in caught.value.hint
    trec.read_run(written(*rising, *lines("q2-en", "d2", "d1")), toy)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (gzip.compress(b"q1-de Q0 d1 1 1 x\n" * 99, mtime=0)[:-12], "ended before"),
        (b"\x1f\x8b" + b"nothing at all" * 9, "ompression method"),
        ("q1-de Q0 d1 1 1 x\n".encode("utf-16"), "line 1"),
        (b"q1-de Q0 \xff\xfe 1 1 x\n", "line 1: unknown passage id"),
    ],
)
def test_files_that_hold_no_run_are_told(content: bytes, told: str, toy: Collection, tmp_path: Path) -> None:
    path = tmp_path / "broken.run"
    path.write_bytes(content)
    with pytest.raises(DataError, match=told) as caught:
        trec.read_run(path, toy)
    assert str(path) in str(caught.value)


def test_files_that_cannot_be_read_or_written_are_told(toy: Collection, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        trec.read_run(tmp_path / "none.run", toy)
    with pytest.raises(DataError, match="directory"):
        trec.read_run(tmp_path, toy)
    (tmp_path / "file").touch()
    with pytest.raises(HybridTuiError, match="cannot write"):
        trec.write_qrels(tmp_path / "file" / "a.qrels", toy)


def test_a_file_without_line_ends_is_not_read_whole(
    toy: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trec_lines, "_BLOCK", 100)
    (tmp_path / "long.run").write_bytes(b"x" * 1000)
    with pytest.raises(DataError, match="a line is longer"):
        trec.read_run(tmp_path / "long.run", toy)


ODD = ["a b", "a%20b%", "100%", "%41", "tab\there", "wide\u3000\u00a0", "\u001funit", "ü#'\"", "{x}"]


def test_odd_ids_come_back(tmp_path: Path) -> None:
    odd = [*ODD, "50% of it"]
    toy = Collection(
        "odd",
        pl.DataFrame({"query_id": odd, "item_id": odd, "lang": ["en"] * 10, "text": odd}),
        pl.DataFrame({"passage_id": odd, "lang": ["en"] * 10, "text": odd}),
        judged([(each, each) for each in odd]),
    )
    trec.write_qrels(tmp_path / "a.qrels", toy)
    rows = [line.split() for line in (tmp_path / "a.qrels").read_text().splitlines()]
    assert [row[0] for row in rows] == [row[2] for row in rows]
    assert [row[0] for row in rows][:5] == ["a%20b", "a%20b%", "100%", "%41", "tab%09here"]
    assert rows[-1] == ["50%25%20of%20it", "0", "50%25%20of%20it", "1"]
    path = tmp_path / "a.run"
    path.write_text("".join(f"{row[0]} Q0 {row[2]} 1 1 x\n" for row in rows), encoding="utf-8")
    run = trec.read_run(path, toy)
    assert run.ranks.queries["query_id"].to_list() == odd
    assert run.ranks.top[:, 0].tolist() == list(range(10))
    trec.write_run(tmp_path / "b.run", [run.ranks], toy, "my tag")
    assert (tmp_path / "b.run").read_text(encoding="utf-8").split()[5] == "my%20tag"
    assert_same(trec.read_run(tmp_path / "b.run", toy).ranks, run.ranks)


def test_ids_that_would_be_written_alike_are_refused(toy: Collection, tmp_path: Path) -> None:
    toy.passages[0, "passage_id"], toy.passages[1, "passage_id"] = "a b", "a%20b"
    with pytest.raises(DataError, match="two ids would be written as 'a%20b'"):
        trec.write_qrels(tmp_path / "a.qrels", toy)


def test_qrels_hold_what_the_setting_ranks(toy: Collection, tmp_path: Path) -> None:
    found = {}
    for setting in ("multilingual", "monolingual", "de"):
        trec.write_qrels(tmp_path / "a.qrels", toy, setting)
        found[setting] = (tmp_path / "a.qrels").read_text().splitlines()
    own = ["q1-de 0 d1 1", "q2-de 0 d2 1", "q1-en 0 e1 1", "q2-en 0 e2 1"]
    assert found["monolingual"] == own
    assert found["de"] == ["q1-de 0 d1 1", "q2-de 0 d2 1", "q1-en 0 d1 1", "q2-en 0 d2 1"]
    assert len(found["multilingual"]) == 8
    assert {*own, *found["de"]} < set(found["multilingual"])


def test_a_setting_that_no_one_file_can_hold_is_refused(toy: Collection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no setting for a run named 'cross-lingual'") as caught:
        trec.write_qrels(tmp_path / "a.qrels", toy, "cross-lingual")
    assert "de, en" in caught.value.hint
    assert not (tmp_path / "a.qrels").exists()


def test_ranks_in_a_written_run_count_from_one_in_each_query(tmp_path: Path) -> None:
    made = world(4, others=3)
    trec.write_run(tmp_path / "a.run", [made.ranks(4)], collection(made), "ours", "monolingual")
    rows = [line.split() for line in (tmp_path / "a.run").read_text().splitlines()]
    for _, group in groupby(rows, key=lambda row: row[0]):
        ranks = [int(row[3]) for row in group]
        assert ranks == list(range(1, len(ranks) + 1))
