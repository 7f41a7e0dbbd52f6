from __future__ import annotations

import json
from pathlib import Path

from hybrid_tui.api import names
from hybrid_tui.corpus import catalog, collection_names
from hybrid_tui.encoders import model
from hybrid_tui.evaluation import evaluate, results
from hybrid_tui.jobs import job_names, notes
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.running import holding
from hybrid_tui.retrieval.corrections import CORRECTIONS

from ..toys import system, toy


def test_models_are_those_that_are_listed():
    assert set(names.models()) == {spec.name for spec in model.specs()}
    assert names.own_models() == []


def test_corrections_are_those_of_the_registry():
    assert set(names.corrections()) == set(CORRECTIONS)


def test_collections_are_those_of_the_catalog():
    toy("mine", models=())
    assert names.collections() == [entry.name for entry in catalog.entries()] == ["starter", "mine"]


def test_splits_are_those_of_the_collections(tmp_path: Path):
    rows = [
        {"item_id": f"i{n}", "lang": "de", "query": f"q{n}", "passage": f"p{n}", "split": "dev"}
        for n in range(3)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    catalog.add("mine", tmp_path / "a.jsonl")
    toy("torn", models=())
    (collection_names.folder_of("torn") / collection_names.ABOUT).write_text("splits = 1")
    starter = [f"starter:{split}" for split in catalog.load("starter").splits]
    assert names.collections_and_splits() == ["starter", *starter, "mine", "mine:dev", "torn"]


def test_jobs_are_told_apart_by_how_they_stand():
    for name, ended in (("w", "well"), ("f", "failed"), ("s.1", "stopped"), ("killed", "")):
        notes.write(JobNote(kind="training", name=name, title=name, folder=".", arguments=(), ended=ended))
    (job_names.folder() / "torn.json").write_text("[]")
    with holding(JobNote(kind="training", name="r", title="r", folder=".", arguments=())):
        assert names.jobs("runs") == ["r"]
        assert names.jobs("stopped", "failed") == ["f", "killed", "s.1"]
        assert set(job_names.standings()) == {note.name for note in notes.known()}


def test_evaluations_are_those_that_are_kept():
    toy("mine")
    for name in ("me5-small", "me5-small+shift:de", "bm25"):
        evaluate.evaluate(system(name, "mine"))
    (results.evaluations_dir() / "broken").mkdir()
    kept = [each.manifest.system for each in results.kept("mine")]
    assert names.evaluated() == names.evaluated("mine") == kept
    assert names.evaluated("starter") == []
