from __future__ import annotations

from pathlib import Path

import pytest
import pytrec_eval

from hybrid_tui.corpus import catalog
from hybrid_tui.evaluation import imported_runs

QRELS = {"q1": {"c1": 2, "c4": 1, "c2": 0}, "q2": {"c2": 2, "c3": -1}, "q3": {"c3": 1}}
RUN = {"q1": ["c4", "c1", "c2", "c3"], "q2": ["c2", "c1", "c3", "c4"], "q3": ["c3", "c1", "c2", "c4"]}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for lang in ("de", "en"):
        folder = tmp_path / "graded" / lang
        (folder / "qrels").mkdir(parents=True)
        for name, ids in (("queries", QRELS), ("corpus", RUN["q1"])):
            lines = (f'{{"_id": "{each}", "text": "{lang} {each}"}}\n' for each in ids)
            (folder / f"{name}.jsonl").write_text("".join(lines))
        judged = (
            f"{query}\t{passage}\t{grade}\n" for query in QRELS for passage, grade in QRELS[query].items()
        )
        (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged))
    return tmp_path / "graded"


def test_ndcg_takes_grades_as_gains_and_other_figures_do_not(source: Path, tmp_path: Path) -> None:
    catalog.add("g", source)
    run = tmp_path / "graded.run"
    run.write_text(
        "".join(
            f"{lang}-{query} Q0 {lang}-{passage} {rank} {1 / rank} s\n"
            for lang in ("de", "en")
            for query, passages in RUN.items()
            for rank, passage in enumerate(passages, 1)
        )
    )
    evaluation, _ = imported_runs.keep(run, "graded", catalog.load("g"), [])
    scores = {query: {each: 1 / rank for rank, each in enumerate(RUN[query], 1)} for query in RUN}
    told = pytrec_eval.RelevanceEvaluator(QRELS, {"ndcg_cut_10", "map"}).evaluate(scores)
    for row in evaluation.values.iter_rows(named=True):
        expected = told[row["query_id"].partition("-")[2]]
        assert row["nDCG@10"] == pytest.approx(expected["ndcg_cut_10"])
        assert row["mAP"] == pytest.approx(expected["map"])
    assert told["q1"]["ndcg_cut_10"] < 1
    assert "grade" in evaluation.ranks.relevant.columns
