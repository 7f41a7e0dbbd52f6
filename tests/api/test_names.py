from __future__ import annotations

from hybrid_tui.api import names
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import model
from hybrid_tui.evaluation import evaluate, results
from hybrid_tui.jobs import notes
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.retrieval.corrections import CORRECTIONS

from ..toys import toy


def test_models_are_those_that_are_listed():
    assert set(names.models()) == {spec.name for spec in model.specs()}
    assert names.own_models() == []


def test_corrections_are_those_of_the_registry():
    assert set(names.corrections()) == set(CORRECTIONS)


def test_collections_are_those_of_the_catalog():
    toy("mine", models=())
    assert names.collections() == [entry.name for entry in catalog.entries()] == ["starter", "mine"]


def test_jobs_are_those_that_are_noted():
    for name in ("second.job", "first"):
        notes.write(JobNote(kind="training", name=name, title=name, folder=".", arguments=()))
    assert names.jobs() == sorted(note.name for note in notes.known()) == ["first", "second.job"]


def test_evaluations_are_those_that_are_kept():
    toy("mine")
    for wanted in evaluate.asked(["me5-small", "me5-small+shift:pivot=de"], "mine"):
        evaluate.evaluate(wanted)
    (results.evaluations_dir() / "broken").mkdir()
    kept = [each.manifest.system for each in results.kept("mine")]
    assert names.evaluated() == names.evaluated("mine") == kept
    assert names.evaluated("starter") == []
