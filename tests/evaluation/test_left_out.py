"""Rankings without the passage that a query is itself: against pytrec_eval, in runs, search and figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.api import evaluations
from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.encoders import model
from hybrid_tui.evaluation import bias, evaluate, metric_tables, trec
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks, ranks

from .. import toys
from .test_own_language_ranks import Letters
from .test_ranks import Matrices, assert_same, made, worlds

METRICS = ("mAP", "MRR", "R@3", "nDCG@5")
THEIRS = ("map", "recip_rank", "recall_3", "ndcg_cut_5")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Collection, Matrices, Matrices]:
    """A world in which queries leave out passages of their language, relevant ones too."""
    collection, *sides = draw(worlds())
    own = collection.queries.join(collection.passages, on="lang").select("query_id", "passage_id")
    own = own.sort("query_id", "passage_id")
    left = own.filter([draw(st.booleans()) for _ in range(own.height)])
    return replace(collection, self_passages=left), *sides


def whole(collection: Collection, *sides: Matrices) -> Ranks:
    return ranks(collection, *sides, top=collection.passages.height)


def without_lines(run: Path, collection: Collection) -> Path:
    """Write a run again without the lines of what its queries leave out, as BEIR and mteb do."""
    gone = {f"{query} Q0 {passage}" for query, passage in collection.self_passages.rows()}
    kept = [line for line in run.read_text().splitlines(True) if line.rsplit(" ", 3)[0] not in gone]
    run.write_text("".join(kept))
    return run


@given(cases())
def test_figures_are_pytrec_eval_s_on_a_run_without_the_self_hits(
    case: tuple[Collection, Matrices, Matrices],
) -> None:
    collection, *sides = case
    values = metric_tables.per_query(ranks(collection, *sides), METRICS)
    several = len(sides[1]) > 1
    ours = values.filter(pool=metric_tables.MULTILINGUAL) if several else values
    with TemporaryDirectory() as folder:
        run, qrels = Path(folder) / "a.run", Path(folder) / "a.qrels"
        plain = replace(collection, self_passages=collection.self_passages.clear())
        trec.write_run(run, [whole(plain, *sides)], plain, "x")
        trec.write_qrels(qrels, collection)
        with without_lines(run, collection).open() as file:
            found = pytrec_eval.parse_run(file)
        with qrels.open() as file:
            relevant = pytrec_eval.parse_qrel(file)
    told = pytrec_eval.RelevanceEvaluator(relevant, {"map", "recip_rank", "recall.3", "ndcg_cut.5"})
    theirs = told.evaluate(found)
    for row in ours.iter_rows(named=True):
        each = theirs.get(row["query_id"], dict.fromkeys(THEIRS, 0.0))
        assert [row[name] for name in METRICS] == pytest.approx([each[name] for name in THEIRS])


@given(cases())
def test_a_run_is_read_as_its_system_is_evaluated(case: tuple[Collection, Matrices, Matrices]) -> None:
    collection, *sides = case
    found, plain = (
        ranks(collection, *sides),
        replace(collection, self_passages=collection.self_passages.clear()),
    )
    langs = sorted(sides[1])
    with TemporaryDirectory() as folder:
        for writer in (collection, plain):
            run = Path(folder) / "a.run"
            trec.write_run(run, [whole(writer, *sides)], writer, "x")
            if not run.read_text():
                continue
            read = trec.read_run(run, collection, languages=langs).ranks
            if read.queries["query_id"].equals(found.queries["query_id"]):
                assert read.depth is None
                np.testing.assert_array_equal(read.beaten, found.beaten)
                np.testing.assert_array_equal(read.top, found.top)
                assert read.queries.equals(found.queries)
                values = [metric_tables.per_query(each) for each in (read, found)]
                assert values[0].equals(values[1])


@pytest.fixture
def line() -> tuple[Collection, Matrices, Matrices]:
    """Passages p0 to p5 in German, p6 and p7 in English, in that order for q0 and q1; both are p0."""
    collection = made(
        [("i0", "de"), ("i1", "de")], ["de"] * 6 + ["en"] * 2, [("i0", 3), ("i0", 6), ("i1", 1)]
    )
    left = pl.DataFrame({"query_id": ["q0"], "passage_id": ["p0"]})
    scores = np.arange(8, 0, -1, dtype=np.float32)[:, None]
    sides = {"de": np.ones((2, 1), np.float32)}, {"de": scores[:6], "en": scores[6:]}
    return replace(collection, self_passages=left), *sides


def test_the_query_alone_is_ranked_without_its_passage(line: tuple[Collection, Matrices, Matrices]) -> None:
    found = ranks(*line, top=3)
    assert found.top.tolist() == [[1, 2, 3], [0, 1, 2]]
    assert found.beaten.tolist() == [[2, 0], [5, 0], [1, 0]]
    assert found.pool.tolist() == [6, 2]
    assert found.queries["left_out"].to_list() == [1, 0]


def test_the_first_of_all_are_one_fewer(line: tuple[Collection, Matrices, Matrices]) -> None:
    assert ranks(*line, top=8).top[:, 7].tolist() == [UNRANKED, 7]


def test_distance_is_normalised_by_the_query_s_own_candidates(
    line: tuple[Collection, Matrices, Matrices],
) -> None:
    values = bias.per_query_bias(ranks(*line))
    assert values["rank_distance"].to_list() == [3, None]
    assert values["normalised_rank_distance"][0] == (3 - 1) / (7 - 2)


def test_a_relevant_passage_that_is_left_out_counts_as_not_retrieved(
    line: tuple[Collection, Matrices, Matrices],
) -> None:
    collection, *sides = line
    judged = collection.relevance.with_columns(passage_id=pl.col("passage_id").replace({"p3": "p0"}))
    found = ranks(replace(collection, relevance=judged), *sides)
    assert found.beaten.tolist() == [[UNRANKED, UNRANKED], [5, 0], [1, 0]]
    values = metric_tables.per_query(found, ["mAP", "R@10"]).filter(query_id="q0", pool="all")
    assert values.select("mAP", "R@10").row(0) == (1 / 6 / 2, 1 / 2)


def test_a_run_s_depth_is_that_of_what_it_ranks(
    line: tuple[Collection, Matrices, Matrices], tmp_path: Path
) -> None:
    collection, *_ = line
    run = tmp_path / "a.run"
    first = [f"q{q} Q0 p{p} {p + 1} {9 - p} x\n" for q in (0, 1) for p in range(3)]
    run.write_text("".join(first))
    found = trec.read_run(run, collection, languages=["de", "en"]).ranks
    assert found.depth is not None
    assert found.depth.tolist() == [[2, 0, 2], [3, 0, 3]]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Add a collection whose three questions are passages, and load `Letters` for every model."""
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\n" + "".join(f"q{n}\td{n}\t1\n" for n in range(3))
    )
    queries = [{"_id": f"q{n}", "text": "ab" * (n + 1), "lang": "en"} for n in range(3)]
    answers = [{"_id": f"d{n}", "text": "ba" * (n + 1), "lang": "en"} for n in range(3)]
    for name, rows in (("queries", queries), ("corpus", queries + answers)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    catalog.add("kept", tmp_path)
    catalog.add("left", tmp_path, options=ReadOptions(drop_self=True))
    monkeypatch.setattr(model, "load", lambda *_: Letters())
    return "left"


def test_an_evaluation_is_made_without_them_and_says_so(asked: str) -> None:
    plain, without = (evaluations.evaluate(["me5-small"], name) for name in ("kept", asked))
    assert plain.summaries[0]["monolingual"]["mAP"] == pytest.approx(0.5)
    assert without.summaries[0]["monolingual"]["mAP"] == pytest.approx(1)
    assert plain.notes == []
    assert without.notes == ["3 queries of 3 are passages themselves, each ranked without its own passage"]
    kept = evaluate.find_kept(toys.system("me5-small", asked))
    assert kept is not None
    assert kept.ranks.queries["left_out"].to_list() == [1, 1, 1]
    assert_same(kept.ranks, without.evaluations[0].ranks)
