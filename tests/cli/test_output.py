"""Progress without a terminal."""

from __future__ import annotations

from hybrid_tui.cli.output import ProgressLines


class Clock:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_lines_come_soon_then_every_half_minute_and_at_the_end():
    said: list[str] = []
    clock = Clock()
    lines = ProgressLines(said.append, clock)
    for second in range(101):
        clock.now = float(second)
        lines("me5-small: encoding", second * 10, 1000)
    assert said == [
        "me5-small: encoding: 20 of 1,000 (2%), 2 min left",
        "me5-small: encoding: 320 of 1,000 (32%), 68 s left",
        "me5-small: encoding: 620 of 1,000 (62%), 38 s left",
        "me5-small: encoding: 920 of 1,000 (92%), 8 s left",
    ]
    lines.end()
    assert said[-1] == "me5-small: encoding: 1,000 of 1,000 (100%)"
    lines.end()
    assert len(said) == 5


def test_what_is_quick_is_silent():
    said: list[str] = []
    clock = Clock()
    lines = ProgressLines(said.append, clock)
    lines("encoding", 0, 0)
    clock.now = 1.9
    lines("encoding", 5, 5)
    lines.end()
    assert said == []


def test_time_left_is_of_the_step_and_of_what_was_done_in_it():
    said: list[str] = []
    clock = Clock()
    lines = ProgressLines(said.append, clock)
    lines("encoding", 0, 0)
    clock.now = 40.0
    lines("ranking", 500, 1000)
    clock.now = 80.0
    lines("ranking", 750, 1000, ", of it half")
    assert said == ["ranking: 500 of 1,000 (50%)", "ranking: 750 of 1,000 (75%), 40 s left, of it half"]
