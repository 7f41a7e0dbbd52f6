"""What is awaited, in words."""

from hybrid_tui.engine.messages import Progress
from hybrid_tui.tui.pending import Pending

from .conftest import Clock


def test_the_time_is_told_once_it_can_be_felt(clock: Clock) -> None:
    waiting = Pending("searching")
    assert str(waiting) == "searching"
    clock.now += 7
    assert str(waiting) == "searching · 7 s"


def test_the_time_left_follows_from_the_rate_of_the_step_alone(clock: Clock) -> None:
    waiting = Pending("measuring")
    clock.now += 30
    waiting.take(Progress(step="encoding", done=1000, total=1600))
    assert str(waiting) == "encoding 1,000/1,600 · 30 s"
    clock.now += 10
    waiting.take(Progress(step="encoding", done=1100, total=1600))
    assert str(waiting) == "encoding 1,100/1,600 · 40 s · 50 s left"
    waiting.take(Progress(step="ranking"))
    assert str(waiting) == "ranking · 40 s"


def test_a_rate_of_a_moment_tells_nothing(clock: Clock) -> None:
    waiting = Pending("encoding")
    waiting.take(Progress(step="encoding", done=0, total=10))
    clock.now += 1.5
    waiting.take(Progress(step="encoding", done=5, total=10))
    clock.now += 1.5
    waiting.take(Progress(step="encoding", done=9, total=10))
    assert "left" not in str(waiting)
    clock.now += 1.5
    waiting.take(Progress(step="encoding", done=10, total=10))
    assert str(waiting) == "encoding 10/10 · 4 s · 0 s left"


def test_neither_loading_nor_the_first_few_tell_the_rate(clock: Clock) -> None:
    waiting = Pending("encoding")
    waiting.take(Progress(step="encoding", done=0, total=1000))
    clock.now += 30
    waiting.take(Progress(step="encoding", done=10, total=1000))
    clock.now += 10
    waiting.take(Progress(step="encoding", done=20, total=1000))
    assert "left" not in str(waiting)
    waiting.take(Progress(step="encoding", done=110, total=1000))
    assert str(waiting) == "encoding 110/1,000 · 40 s · 1 min 29 s left"


def test_until_the_rate_tells_it_is_likely_to_take_as_long_as_expected(clock: Clock) -> None:
    waiting = Pending("encoding", expected=60.0)
    waiting.take(Progress(step="encoding", done=0, total=1000))
    assert waiting.left == "about 1 min left"
    clock.now += 20
    assert str(waiting) == "encoding 0/1,000 · 20 s · about 40 s left"
    waiting.take(Progress(step="encoding", done=1, total=1000))
    clock.now += 10
    waiting.take(Progress(step="encoding", done=101, total=1000))
    assert waiting.left == "1 min 30 s left"
