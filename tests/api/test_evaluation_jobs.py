"""Evaluations as processes of their own, of a tiny model on a made collection."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from hybrid_tui.api import evaluation_jobs, evaluations
from hybrid_tui.api.encoding_rates import EncodingRates
from hybrid_tui.api.evaluation_jobs import EvaluationJobs
from hybrid_tui.api.jobs import Jobs
from hybrid_tui.errors import Cancelled, HybridTuiError, UsageError
from hybrid_tui.evaluation import evaluation_note, results
from hybrid_tui.evaluation.evaluation_note import EvaluationDetails
from hybrid_tui.jobs import notes
from hybrid_tui.jobs.processes import JobProcesses
from hybrid_tui.jobs.progress import ProgressFile
from tests.processes import job_processes, until
from tests.toys import MODELS, toy


@pytest.fixture
def ours() -> Iterator[JobProcesses]:
    """Jobs; what still runs at the end is killed."""
    with job_processes() as made:
        yield made


def silent(*_: Any) -> None:
    pass


def details(*systems: str) -> EvaluationDetails:
    return EvaluationDetails(data="toy", systems=systems, memory=evaluations.MEMORY)


def test_what_is_lacking_is_estimated_and_what_is_kept_is_not():
    toy()
    jobs = EvaluationJobs(JobProcesses(), EncodingRates())
    found = jobs.estimate("toy", ("me5-small", "use-m3"))
    assert (found.systems, found.texts, found.quick, found.guess) == (("me5-small", "use-m3"), 72, True, True)
    toy("more", items=60, models=())
    assert not jobs.estimate("more", ("use-m3",)).quick, "the speed of the model is not known"
    rates = EncodingRates()
    rates.note("use-m3", ["x" * 500], 10.0)
    measured = EvaluationJobs(JobProcesses(), rates).estimate("toy", ("use-m3",))
    assert (measured.quick, measured.guess) == (False, False)
    evaluations.evaluate("me5-small", "toy")
    assert jobs.estimate("toy", ("me5-small", "use-m3")).systems == ("use-m3",)
    again = jobs.estimate("toy", ("me5-small",))
    assert (again.systems, again.seconds, again.quick) == ((), 0.0, True)
    with pytest.raises(UsageError, match="evaluated on toy already"):
        jobs.start("toy", ("me5-small",))
    with pytest.raises(UsageError, match="no model named"):
        jobs.estimate("toy", ("me6-small",))


def test_each_step_is_told_with_its_number_among_those_that_are_to_be_done(monkeypatch: pytest.MonkeyPatch):
    toy(models=MODELS)
    toy("other", langs=["de", "en"])
    evaluations.evaluate("me5-small", "toy")
    told: list[tuple[str, int, int]] = []

    def tell(
        _file: ProgressFile, step: str, _done: int, _total: int, number: int = 0, steps: int = 0
    ) -> None:
        told.append((step, number, steps))

    monkeypatch.setattr(ProgressFile, "__call__", tell)
    evaluations.evaluate(["me5-small", "me5-small+center@other", "use-m3"], "toy")
    assert list(dict.fromkeys(told)) == [
        ("me5-small+center@other: encoding passages of other", 1, 8),
        ("me5-small+center@other: encoding queries of other", 2, 8),
        ("me5-small+center@other: encoding passages of toy", 3, 8),
        ("me5-small+center@other: encoding queries of toy", 4, 8),
        ("me5-small+center@other: ranking", 5, 8),
        ("use-m3: encoding passages of toy", 6, 8),
        ("use-m3: encoding queries of toy", 7, 8),
        ("use-m3: ranking", 8, 8),
    ]


def test_it_is_made_elsewhere_and_waited_for(ours: JobProcesses, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(evaluation_jobs, "QUICK_SECONDS", 0.0)
    toy()
    jobs = EvaluationJobs(ours, EncodingRates())
    estimate = jobs.wait("toy", "me5-small", silent, lambda: False)
    assert estimate
    assert not results.kept("toy")
    name = jobs.start("toy", ("me5-small", "me5-small+center"))
    assert name == "me5-small,me5-small+center-on-toy"
    assert jobs.start("toy", ("me5-small+center",)) == name, "joins the one that runs"
    with pytest.raises(Cancelled):
        jobs.wait("toy", "me5-small", silent, lambda: True)
    steps: list[str] = []
    assert jobs.wait("toy", "me5-small+center", lambda step, *_: steps.append(step), lambda: False) is None
    assert steps
    assert len(results.kept("toy")) == 2
    until(lambda: ours.state(name) == "ended")
    (job,) = Jobs().every()
    assert (job.kind, job.name, job.state) == ("evaluation", name, "ended")
    assert job.title == "me5-small and 1 more on toy"


def test_one_that_fails_says_why_to_whoever_waits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(evaluation_jobs, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(evaluation_jobs, "LOOK_SECONDS", 0.01)
    toy()
    said: list[str] = []
    began: list[str] = []

    def wait() -> None:
        try:
            EvaluationJobs(JobProcesses(), EncodingRates()).wait(
                "toy", "me5-small", lambda step, *_: began.append(step), lambda: False
            )
        except HybridTuiError as error:
            said.append(error.whole)

    waits = Thread(target=wait)
    with (
        pytest.raises(HybridTuiError),
        evaluation_note.holding(details("me5-small"), waiting=silent) as evaluation,
    ):
        evaluation.job.progress("encoding", 3, 10)
        waits.start()
        until(lambda: began)
        raise HybridTuiError("the disk is full", "free some space")
    waits.join(60)
    assert began[0] == "encoding"
    assert said == ["the disk is full: free some space"]


def test_the_foreground_is_a_job_too_and_the_second_waits_for_it(monkeypatch: pytest.MonkeyPatch):
    toy(models=("me5-small", "use-m3"))
    told: list[str] = []
    found: list[int] = []

    def second() -> None:
        made = evaluations.evaluate(["me5-small"], "toy", progress=lambda step, *_: told.append(step))
        found.append(len(made.evaluations))

    waits = Thread(target=second)
    with evaluation_note.holding(details("me5-small"), waiting=silent) as first:
        (job,) = Jobs().every()
        assert (job.name, job.state) == ("me5-small-on-toy", "runs")
        first.job.progress("encoding", 0, 0)
        waits.start()
        until(lambda: told)
    waits.join(60)
    assert told[0] == "the same evaluation runs already: encoding"
    assert found == [1]
    assert [note.ended for note in notes.known()] == ["well"]


def test_where_all_is_kept_there_is_no_job_but_one_that_was_stopped_ends():
    toy()
    evaluations.evaluate("me5-small", "toy")
    notes.forget_ended(evaluation_note.EVALUATION, 0)
    evaluations.evaluate("me5-small", "toy")
    assert notes.known() == []
    with pytest.raises(KeyboardInterrupt), evaluation_note.holding(details("me5-small"), waiting=silent):
        raise KeyboardInterrupt
    assert Jobs().every()[0].state == "stopped"
    evaluations.evaluate("me5-small", "toy")
    assert Jobs().every()[0].state == "ended"
