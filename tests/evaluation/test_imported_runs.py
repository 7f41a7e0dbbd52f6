from __future__ import annotations

from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.evaluation import evaluate, imported_runs, metric_tables, results, trec
from hybrid_tui.evaluation.imported_runs import IMPORTED

from ..toys import toy
from .test_evaluate import asked_of, of


def run_of(collection: Collection, path: Path, pools: str = "multilingual", **changes: str) -> Path:
    """Write a run, each line changed by replacing texts."""
    trec.write_run(path, evaluate.ranked(of(), top=36, setting=pools), collection, "tag", pools)
    text = path.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text)
    return path


def test_an_imported_run_has_the_figures_of_the_system_that_made_it(tmp_path: Path):
    collection = toy()
    made = evaluate.evaluate(of())
    found, unanswered = imported_runs.keep(run_of(collection, tmp_path / "run"), "theirs", collection, [])
    assert unanswered == 0
    assert_frame_equal(found.values, made.values)
    assert_frame_equal(found.bias_values, made.bias_values)
    about = found.manifest
    assert (about.model, about.sampler, about.system) == ("theirs", IMPORTED, "theirs")
    assert about.collection_fingerprint == collection.fingerprint
    for name in ("theirs", "run:theirs"):
        assert asked_of(name).manifest == about


def test_a_run_in_each_language_alone_has_no_other_setting(tmp_path: Path):
    collection = toy()
    made = evaluate.evaluate(of())
    run = run_of(collection, tmp_path / "run", "monolingual")
    found, _ = imported_runs.keep(run, "theirs", collection, [])
    assert metric_tables.summary(found.values) == {
        "monolingual": metric_tables.summary(made.values)["monolingual"]
    }
    assert found.manifest.bias == {}
    assert found.bias_values.is_empty()


@pytest.mark.parametrize("name", ["me5-small", "me5-small+center", "owner/model", "bm25", ""])
def test_a_run_cannot_have_a_models_name(tmp_path: Path, name: str):
    collection = toy()
    run = run_of(collection, tmp_path / "run")
    with pytest.raises(UsageError, match="name"):
        imported_runs.keep(run, name, collection, [])
    assert results.kept() == []


def test_a_run_is_found_though_a_folder_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    collection = toy()
    imported_runs.keep(run_of(collection, tmp_path / "run"), "splade", collection, [])
    (tmp_path / "splade").mkdir()
    monkeypatch.chdir(tmp_path)
    assert asked_of("splade").manifest.model == "splade"
    with pytest.raises(HybridTuiError):
        asked_of("splade", "starter")


def test_the_newest_of_a_name_is_found(tmp_path: Path):
    collection = toy()
    evaluate.evaluate(of())
    assert imported_runs.newest_key("toy", "theirs") == imported_runs.newest_key("toy", "me5-small") == ""
    run = run_of(collection, tmp_path / "run")
    first, _ = imported_runs.keep(run, "theirs", collection, [])
    assert imported_runs.newest_key("toy", "theirs") == first.manifest.key
    run.write_text(run.read_text().replace("tag", "another"))
    second, _ = imported_runs.keep(run, "theirs", collection, [])
    assert second.manifest.key != first.manifest.key
    assert imported_runs.newest_key("toy", "theirs") == second.manifest.key
