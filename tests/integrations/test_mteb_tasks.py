"""A collection as mteb's task, evaluated by mteb, against our own figures; and its rankings as our runs."""

from __future__ import annotations

import json
from pathlib import Path

import mteb
import polars as pl
import pytest

import hybrid_tui as ht
from hybrid_tui.encoders import model
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation.mteb_bridge import MtebEncoder
from hybrid_tui.integrations import import_predictions, mteb_task

from ..checkpoints import checkpoint
from ..toys import toy


def test_mteb_and_we_find_the_same_in_one_pool(tmp_path: Path, one_thread: None):
    toy(items=6, models=())
    name = str(checkpoint(tmp_path / "tiny", "xlm-roberta"))
    spec = model.resolve(name)
    encoder = MtebEncoder(spec, model.load(spec, "cpu"))
    found = mteb.evaluate(
        encoder,
        mteb_task("toy"),
        cache=None,
        co2_tracker=False,
        show_progress_bar=False,
        prediction_folder=tmp_path / "said",
    )
    (scores,) = found[0].scores["test"]
    ours = ht.evaluate(name, "toy", metrics=["nDCG@10"])
    alone = ours.per_query.filter(pl.col("pool") == "all")["nDCG@10"].mean()
    assert scores["ndcg_at_10"] == pytest.approx(alone, abs=2e-5)
    assert scores["main_score"] == scores["ndcg_at_10"]

    kept = import_predictions(tmp_path / "said" / "ToyPool_predictions.json", "theirs", "toy")
    assert kept.unanswered == 0
    compared = ht.compare(name, "theirs", "toy", metric="nDCG@10", draws=200)
    assert all(line.comparison.difference == pytest.approx(0, abs=1e-6) for line in compared.overall)


def test_what_is_no_prediction_is_told(tmp_path: Path):
    toy(items=4)
    file = tmp_path / "Toy_predictions.json"
    with pytest.raises(DataError, match="cannot read"):
        import_predictions(file, "theirs", "toy")
    for text in ("[]", '{"default": {"test": {"q": 3}}}', "{", '{"default": {"test": {"q": {"p": "x"}}}}'):
        file.write_text(text)
        with pytest.raises(DataError, match="no predictions of mteb"):
            import_predictions(file, "theirs", "toy")
    file.write_text(json.dumps({"mteb_model_meta": {}, "de": {"dev": {}}}))
    with pytest.raises(UsageError, match=r"no subset in Toy_predictions\.json named 'default'"):
        import_predictions(file, "theirs", "toy")
    with pytest.raises(UsageError, match=r"no split in Toy_predictions\.json named 'test'"):
        import_predictions(file, "theirs", "toy", subset="de")
