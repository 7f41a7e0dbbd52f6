"""Handlers, called in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from hybrid_tui.api import evaluation_jobs, jobs
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import model as models
from hybrid_tui.engine import handlers, messages
from hybrid_tui.engine.dispatch import Context
from hybrid_tui.engine.handlers import searching
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import Cancelled, UsageError
from hybrid_tui.evaluation import imported_runs, results
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.running import holding
from tests.evaluation.kept_evaluations import kept
from tests.evaluation.random_cases import world
from tests.training.logs import write_log

from ..toys import put, toy


def ask(
    request: messages.Request,
    cancelled: bool = False,
    tell: Callable[[messages.Message], None] = lambda _: None,
) -> messages.Reply:
    context = Context(request.id, tell, lambda: cancelled)
    return handlers.answer(Service(), request, context)


@pytest.fixture
def evaluated() -> None:
    toy()
    fingerprint = catalog.load("toy").fingerprint
    for seed, model in enumerate(("two", "one")):
        kept(world(seed), model=model, collection_fingerprint=fingerprint)
    kept(world(3), model="old", collection_fingerprint="before")


def test_what_is_kept_is_summarised(evaluated: None) -> None:
    listed = ask(messages.ListEvaluations(id=3, data="toy"))
    assert isinstance(listed, messages.Evaluations)
    assert (listed.id, len(listed.systems)) == (3, 2)
    summed = ask(messages.Summarise(id=4, data="toy", system="two", base="one"))
    assert isinstance(summed, messages.SystemSummary)
    assert {setting: figure.value for setting, figure in summed.figures.items()} == listed.systems[1].values
    write_log(1)
    assert ask(messages.GetCurve(id=5, model="mine")) == messages.Curve(id=5, losses=((1, 1.0),))


def test_ranking_all_questions_can_be_cancelled() -> None:
    toy()
    with pytest.raises(Cancelled):
        ask(messages.RankQuestions(data="toy", system="me5-small", lang="de"), cancelled=True)


class LetterEncoder:
    """Counts letters."""

    dimension = 26
    fingerprint = "f"

    def encode(self, texts, role, *, progress=None, cancelled=None):
        counts = np.array([[1 + text.count(chr(97 + n)) for n in range(26)] for text in texts], np.float32)
        if progress:
            progress(len(texts), len(texts))
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "load", lambda *_: LetterEncoder())
    monkeypatch.setattr(searching, "SO_FAR_SECONDS", 0)


def search(**how: object) -> tuple[list[messages.FoundSoFar], messages.Found]:
    """Search a service of its own; returns what was told on the way, and the answer."""
    told: list[messages.Reply] = []
    wanted = {"system": "me5-small", "query": "answer", "query_lang": "en", **how}
    request = messages.Search(id=1, data="toy", **wanted)
    answer = handlers.answer(Service(), request, Context(1, told.append, lambda: False))
    assert isinstance(answer, messages.Found)
    return [reply for reply in told if isinstance(reply, messages.FoundSoFar)], answer


def test_a_search_tells_answers_from_what_is_encoded_so_far(letters: None) -> None:
    toy(items=40, models=())
    so_far, found = search(k=5)
    assert [reply.ranking.pool for reply in so_far] == sorted({reply.ranking.pool for reply in so_far})
    assert all(sum(reply.pool.values()) == reply.ranking.pool for reply in so_far)
    assert all(reply.ranking.pool + reply.ranking.missing == 120 for reply in so_far)
    assert len(so_far) > 2
    assert (found.ranking.pool, found.ranking.missing, len(found.ranking.hits)) == (120, 0, 5)


def test_a_search_that_is_not_to_encode_ranks_what_is_there(letters: None) -> None:
    collection = toy(items=40, models=())
    so_far, nothing = search(encode=False)
    assert (nothing.ranking.pool, nothing.ranking.missing, nothing.ranking.hits) == (0, 120, ())
    put(collection, "me5-small", "passage", "de", np.ones((40, 26)))
    _, some = search(encode=False, langs=("de", "en"))
    assert (some.pool, some.ranking.missing) == ({"de": 40, "en": 0}, 40)
    search()
    so_far, found = search(encode=False)
    assert (found.pool, found.ranking.missing, so_far) == ({"de": 40, "en": 40, "th": 40}, 0, [])


@pytest.mark.parametrize("system", ["bm25", "bm25+fuse:me5-small"])
def test_a_search_that_counts_words_has_one_answer(letters: None, system: str) -> None:
    toy(items=4, models=())
    so_far, found = search(system=system)
    assert (so_far, found.ranking.pool) == ([], 12)


def test_which_model_is_loaded_is_told_while_it_is(letters: None) -> None:
    toy(models=("me5-small",))
    service, told = Service(), []
    for kind in (messages.Warm(system="me5-small"), messages.Warm(system="me5-small")):
        handlers.answer(service, kind, Context(1, told.append, lambda: False))
    assert [reply.step for reply in told] == ["loading me5-small"]


def test_how_long_encoding_takes_is_told_before_it_begins(letters: None) -> None:
    toy(models=("use-m3",))
    wanted = messages.Search(data="toy", system="me5-small", query="", query_id="th-q1", encode=False)
    estimate = ask(messages.EstimateEncoding(search=wanted))
    assert isinstance(estimate, messages.EncodingEstimate)
    assert (estimate.texts, estimate.needs) == (36, "")
    assert estimate.seconds > 0
    assert estimate.quicker[0] == messages.Quicker("model", "use-m3", 0.0)
    assert [each.name for each in estimate.quicker if each.kind == "language"] == ["th"]
    there = ask(messages.EstimateEncoding(search=msgspec.structs.replace(wanted, system="use-m3")))
    assert there == messages.EncodingEstimate(texts=0, seconds=0.0)


def test_a_system_of_scores_answers_once_it_is_ready_and_not_before() -> None:
    toy(models=())
    told: list[messages.Message] = []
    found = ask(
        messages.Search(data="toy", system="bm25", query="answer 3", query_lang="en"), tell=told.append
    )
    assert len(found.ranking.hits) == 10
    assert not [each for each in told if isinstance(each, messages.FoundSoFar)]


def test_a_run_answers_as_a_model_does(tmp_path: Path) -> None:
    collection = toy(models=())
    file = tmp_path / "a.run"
    file.write_text(
        "en-q1 Q0 de-p1 1 9 x\nen-q1 Q0 en-p2 2 8 x\nen-q1 Q0 en-p1 3 7 x\nen-q1 Q0 th-p1 4 6 x\n"
    )
    imported_runs.keep(file, "splade+x", collection, [])
    wanted = messages.Search(data="toy", system="run:splade+x", query="", query_id="en-q1", k=2)
    found = ask(wanted)
    assert [hit.passage_id for hit in found.ranking.hits] == ["de-p1", "en-p2"]
    assert (found.ranking.system, found.pool) == ("run:splade+x", {"de": 12, "en": 12, "th": 12})
    assert (found.figures.best, found.figures.distance, found.figures.relevant) == (1, 3, 3)
    assert ask(messages.Locate(search=wanted, passage_id="th-p1")) == messages.Located(rank=4)
    assert ask(messages.Locate(search=wanted, passage_id="th-p9")) == messages.Located(rank=None)
    ranked = ask(messages.RankQuestions(data="toy", system="run:splade+x", lang="en", k=1, limit=2))
    assert ranked.passages == ((), ("de-p1",))
    with pytest.raises(UsageError, match="the collection's own questions only"):
        ask(messages.Search(data="toy", system="run:splade+x", query="nile"))
    runs = ask(messages.ListCatalog()).runs
    assert runs == (messages.RunInfo("splade+x", "toy", 12, 4, "x"),)


def test_a_training_that_cannot_be_had_is_told_under_its_field() -> None:
    wanted = messages.TrainingSpec("me6-small", ("starter",), ("mono",))
    plan = ask(messages.PlanTraining(id=2, wanted=wanted))
    assert isinstance(plan, messages.TrainingPlan)
    assert "me6-small" in plan.problems["backbone"]
    assert plan.id == 2


def test_what_takes_long_is_not_evaluated_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    toy()
    quick = ask(messages.EstimateEvaluation(data="toy", systems=("me5-small",)))
    assert isinstance(quick, messages.Estimated)
    assert (quick.estimate.systems, quick.estimate.quick) == (("me5-small",), True)
    with monkeypatch.context() as patched:
        patched.setattr(evaluation_jobs, "QUICK_SECONDS", 0.0)
        found = ask(messages.MeasureMatrices(data="toy", system="me5-small"))
        assert isinstance(found, messages.Measured)
        assert (found.matrices, found.estimate.systems) == ({}, ("me5-small",))
        assert results.kept("toy") == []
    found = ask(messages.MeasureMatrices(data="toy", system="me5-small"))
    assert found.estimate is None
    assert "map" in found.matrices


def test_all_jobs_are_told_until_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.01)
    with holding(JobNote(kind="evaluation", name="a-on-b", title="a on b", folder="/", arguments=())):
        told: list[messages.Reply] = []
        context = Context(7, told.append, lambda: bool(told))
        with pytest.raises(Cancelled):
            handlers.answer(Service(), messages.FollowJobs(id=7), context)
    (found,) = told
    assert isinstance(found, messages.JobList)
    assert [(job.name, job.state) for job in found.jobs] == [("a-on-b", "runs")]
    with pytest.raises(UsageError, match="no job named"):
        ask(messages.StopJob(job="none"))
