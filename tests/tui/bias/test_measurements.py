import pytest

from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.measurements import Key, Measurements
from hybrid_tui.tui.open_requests import OpenRequests

from ..search.linked import Linked


class Case(Linked):
    """Measurements of "starter", and how often they have changed."""

    def __init__(self) -> None:
        super().__init__()
        self.changes = 0
        self.requests = OpenRequests[Key](self.link, self)
        self.measured = Measurements(self.requests, "starter", self.change, str.upper)

    def change(self) -> None:
        self.changes += 1


@pytest.fixture
def case() -> Case:
    return Case()


def test_matrices_that_need_no_embeddings_are_asked_once_for_all_measures(case: Case) -> None:
    case.measured.ask_matrices(["a", "b"], "map")
    case.measured.ask_matrices(["a", "b"], "rank-gap")
    assert [(each.system, each.measures) for each in case.engine.of(messages.MeasureMatrices)] == [
        ("a", ()),
        ("b", ()),
    ]
    assert case.measured.measuring(["b"], "map")
    case.deliver()
    assert list(case.measured.matrices(["a", "b", "c"], "rank-gap")) == ["a", "b"]
    assert not case.measured.measuring(["a", "b"], "map")
    assert case.changes == 2


def test_the_measure_that_needs_embeddings_is_asked_for_itself(case: Case) -> None:
    case.measured.ask_matrices(["a"], "map")
    case.deliver()
    assert case.measured.matrices(["a"], "mrc") == {}
    case.measured.ask_matrices(["a"], "mrc")
    case.deliver()
    assert list(case.measured.matrices(["a"], "mrc")) == ["a"]
    assert case.engine.of(messages.MeasureMatrices)[-1].measures == ("mrc",)


def test_what_is_done_for_a_matrix_is_told_and_why_there_is_none(case: Case) -> None:
    case.engine.held = {"a"}
    case.measured.ask_matrices(["a"], "map")
    request = case.engine.of(messages.MeasureMatrices)[0]
    assert case.measured.reasons(["a"], "map") == {"a": "measuring"}
    case.deliver(messages.Failure(id=request.id, message="no memory"))
    assert case.measured.reasons(["a"], "map") == {"a": "✗ no memory"}
    case.measured.ask_matrices(["a"], "map")
    assert len(case.engine.of(messages.MeasureMatrices)) == 1
    case.measured.forget_failures()
    case.measured.ask_matrices(["a"], "map")
    assert len(case.engine.of(messages.MeasureMatrices)) == 2


def test_what_is_not_evaluated_is_told_with_its_time_and_evaluated_when_that_is_wanted(case: Case) -> None:
    case.engine.costs = {"a": 400.0, "b": 90.0}
    case.measured.ask_matrices(["a", "b", "c"], "map")
    case.deliver()
    said = case.measured.reasons(["a"], "map")["a"]
    assert said.startswith("NOT EVALUATED YET · {BIAS.AGAIN} EVALUATES IT: ABOUT 7 MIN")
    case.measured.ask_matrices(["a", "b"], "map")
    assert len(case.engine.of(messages.MeasureMatrices)) == 3, "asked once"
    case.measured.evaluate(["a", "b", "c"], "map")
    (start,) = case.engine.of(messages.StartEvaluation)
    assert (start.data, start.systems) == ("starter", ("a", "b"))
    case.engine.costs = {}
    case.deliver()
    case.measured.ask_matrices(["a", "b"], "map")
    case.deliver()
    assert list(case.measured.matrices(["a", "b"], "map")) == ["a", "b"]
    case.measured.evaluate(["a", "b"], "map")
    assert len(case.engine.of(messages.StartEvaluation)) == 1


def test_somebody_else_may_evaluate_what_is_lacking(case: Case) -> None:
    case.engine.costs = {"a": 400.0}
    case.measured.ask_matrices(["a"], "map")
    case.deliver()
    case.measured.look_again()
    case.measured.ask_matrices(["a"], "map")
    assert len(case.engine.of(messages.MeasureMatrices)) == 2


def test_certainty_waits_for_the_matrices_and_is_cancelled_out_of_sight(case: Case) -> None:
    case.engine.hold_cells = True
    case.measured.ask_certainty([("a", "b"), ("a",)], "map")
    assert case.engine.of(messages.JudgeCells) == []
    case.measured.ask_matrices(["a", "b"], "map")
    case.deliver()
    case.measured.ask_certainty([("a", "b"), ("a",)], "map")
    pair, alone = case.engine.of(messages.JudgeCells)
    assert (pair.systems, alone.systems) == (("a", "b"), ("a",))
    assert case.measured.judging(("a", "b"), "map")
    case.measured.ask_certainty([("a",)], "map")
    assert [request.target for request in case.engine.of(messages.Cancel)] == [pair.id]
    assert case.measured.certainty(("a",), "map") is None
    case.engine.answer(alone)
    case.deliver()
    assert case.measured.certainty(("a",), "map") is not None
    case.measured.ask_certainty([("a",)], "map")
    assert len(case.engine.of(messages.JudgeCells)) == 2


def test_a_certainty_that_failed_is_asked_again_after_failures_are_forgotten(case: Case) -> None:
    case.measured.ask_matrices(["a"], "map")
    case.deliver()
    case.engine.hold_cells = True
    case.measured.ask_certainty([("a",)], "map")
    case.deliver(messages.Failure(id=case.engine.of(messages.JudgeCells)[0].id, message="no"))
    case.measured.ask_certainty([("a",)], "map")
    assert len(case.engine.of(messages.JudgeCells)) == 1
    case.measured.forget_failures()
    case.measured.ask_certainty([("a",)], "map")
    assert len(case.engine.of(messages.JudgeCells)) == 2


def test_the_evaluated_systems_are_asked_until_known(case: Case) -> None:
    case.engine.silent = True
    case.measured.ask_evaluated()
    case.measured.ask_evaluated()
    (request,) = case.engine.of(messages.ListEvaluations)
    case.deliver(messages.Failure(id=request.id, message="no"))
    assert case.measured.evaluated == ()
    case.engine.silent = False
    case.measured.ask_evaluated()
    case.deliver()
    assert "me5-small" in case.measured.evaluated
    case.measured.ask_evaluated()
    assert len(case.engine.of(messages.ListEvaluations)) == 2


def test_without_an_engine_nothing_is_asked_and_that_is_told(case: Case) -> None:
    case.engine.alive = False
    case.measured.ask_evaluated()
    case.measured.ask_matrices(["a"], "map")
    case.measured.ask_certainty([("a",)], "map")
    assert case.engine.sent == []
    assert "THE ENGINE HAS STOPPED" in case.measured.reasons(["a"], "map")["a"]
