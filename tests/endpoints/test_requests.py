from threading import Barrier, Event

import pytest

from hybrid_tui.endpoints.requests import answered
from hybrid_tui.errors import Cancelled


def test_all_are_answered_several_at_a_time():
    together = Barrier(3, timeout=60)

    def ask(number: int) -> int:
        together.wait()
        return number * number

    assert dict(answered(ask, range(9), 3)) == {number: number * number for number in range(9)}
    assert list(answered(ask, [], 3)) == []


def test_after_a_failure_what_is_under_way_is_kept_and_nothing_more_is_asked():
    asked: list[int] = []
    broken = Event()

    def ask(number: int) -> int:
        asked.append(number)
        if number == 0:
            broken.set()
            raise ValueError("broken")
        assert broken.wait(60)
        return number

    found = []
    with pytest.raises(ValueError, match="broken"):
        found.extend(each for each, _ in answered(ask, range(100), 2))
    assert found in ([], [1], [1, 2])
    assert len(asked) < 5


def test_it_is_cancelled_without_waiting():
    never = Event()
    found = answered(lambda each: never.wait(60), [1, 2], 2, lambda: True)
    with pytest.raises(Cancelled):
        next(found)
    never.set()
