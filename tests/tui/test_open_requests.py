from collections.abc import Callable

import pytest

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.open_requests import OpenRequests

from .conftest import FakeEngine


class FakeTimer:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Owner:
    """A screen, as far as its requests know it; its timers ring when the test says so."""

    def __init__(self) -> None:
        self.is_attached = True
        self.timers: list[FakeTimer] = []
        self.heard: list[object] = []

    def set_interval(self, interval: float, callback: Callable[[], None]) -> FakeTimer:
        self.timers.append(FakeTimer(callback))
        return self.timers[-1]


class Case:
    def __init__(self) -> None:
        self.engine = FakeEngine(lambda reply: None)
        self.engine.alive = True
        self.link = EngineLink(self.engine)
        self.owner = Owner()
        self.heard: list[object] = []
        self.requests = OpenRequests[str](
            self.link,
            self.owner,
            progressed=lambda: self.heard.append("progress"),
            lost=lambda: self.heard.append("lost"),
            revived=lambda: self.heard.append("revived"),
        )

    def ask(self, key: str, *, outlives: bool = False) -> int:
        self.requests.ask(key, messages.GetStatus(), self.heard.append, "asking", outlives=outlives)
        return len(self.engine.sent)

    @property
    def cancelled(self) -> list[int]:
        return [request.target for request in self.engine.of(messages.Cancel)]


@pytest.fixture
def case() -> Case:
    return Case()


def test_an_answer_ends_a_request(case: Case) -> None:
    number = case.ask("one")
    assert "one" in case.requests
    answer = messages.Done(id=number)
    case.link.take(answer)
    assert case.heard == [answer]
    assert case.requests.keys == []


def test_progress_is_kept_and_told_and_ends_nothing(case: Case) -> None:
    number = case.ask("one")
    assert case.requests.progress("one") == "asking"
    case.link.take(messages.Progress(id=number, step="encoding", done=3, total=9))
    assert case.heard == ["progress"]
    assert case.requests.progress("one") == "encoding 3/9"
    assert "one" in case.requests


def test_states_of_a_training_are_handed_over_and_end_nothing(case: Case) -> None:
    number = case.ask("one")
    state = messages.TrainingState(id=number, training=messages.Training("a", "a", "runs", ()))
    case.link.take(state)
    assert case.heard == [state]
    assert "one" in case.requests


def test_what_is_asked_under_the_same_key_takes_the_place_of_what_was_asked_before(case: Case) -> None:
    first, second = case.ask("one"), None
    case.ask("one")
    second = case.engine.of(messages.GetStatus)[-1].id
    case.link.take(messages.Done(id=first))
    assert case.heard == []
    assert case.cancelled == [first]
    case.link.take(messages.Done(id=second))
    assert len(case.heard) == 1


def test_cancelled_requests_are_not_heard_of_again(case: Case) -> None:
    numbers = [case.ask("one"), case.ask("two"), case.ask("three")]
    case.requests.cancel("two", "no such")
    assert case.cancelled == [numbers[1]]
    case.requests.cancel_all()
    assert case.cancelled == [numbers[1], numbers[0], numbers[2]]
    for number in numbers:
        case.link.take(messages.Done(id=number))
    assert case.heard == []


def test_leaving_cancels_all_but_what_outlives_it_and_hears_of_nothing(case: Case) -> None:
    stays, ends = case.ask("stays", outlives=True), case.ask("ends")
    case.owner.is_attached = False
    case.requests.close()
    case.requests.close()
    assert case.cancelled == [ends]
    case.link.take(messages.Done(id=stays))
    case.link.forget()
    assert case.heard == []


def test_an_engine_that_stops_leaves_nothing_open(case: Case) -> None:
    number = case.ask("one")
    case.link.forget()
    case.link.take(messages.Done(id=number))
    assert case.heard == ["lost"]
    assert case.requests.keys == []


async def test_an_engine_that_runs_again_is_told(case: Case) -> None:
    await case.link.start()
    assert case.heard == ["lost", "revived"]


async def test_an_engine_that_cannot_start_is_not_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> None:
        case.engine.alive = False

    monkeypatch.setattr(case.engine, "start", start)
    await case.link.start()
    assert case.heard == ["lost"]


def test_time_that_passes_is_told_while_something_is_open(case: Case) -> None:
    number = case.ask("one")
    case.ask("two")
    [timer] = case.owner.timers
    timer.call()
    assert case.heard == ["progress"]
    case.link.take(messages.Done(id=number))
    case.requests.cancel("two")
    timer.call()
    assert timer.stopped
    case.ask("three")
    assert len(case.owner.timers) == 2


def test_where_progress_is_not_told_no_clock_runs(case: Case) -> None:
    quiet = OpenRequests[str](case.link, case.owner)
    quiet.ask("one", messages.GetStatus(), case.heard.append)
    assert case.owner.timers == []
