"""Progress of a request: its step, the time it has taken, the time left."""

from __future__ import annotations

import time

from hybrid_tui.engine import messages
from hybrid_tui.tui.render.spans import rough, span

SOON_SECONDS, SOON_SHARE = 2.0, 0.02
"""For how long a step must run, and how much of it, before its rate tells when it ends."""


class Pending:
    """Counts from its making; `step` is what the engine does until it says so itself.

    expected: how many seconds it is likely to take, told until its rate does; 0 where that is not known.
    """

    def __init__(self, step: str, expected: float = 0.0) -> None:
        self._expected = expected
        self._since = time.monotonic()
        self._first = self._last = messages.Progress(step=step)
        self._step_since = self._since

    def take(self, progress: messages.Progress) -> None:
        """Take what the engine says."""
        if progress.step != self._last.step or not self._last.done:
            self._first, self._step_since = progress, time.monotonic()
        self._last = progress

    @property
    def seconds(self) -> float:
        """For how long it has been under way."""
        return time.monotonic() - self._since

    def __str__(self) -> str:
        """Say it in a line: "encoding passages 1,312/13,014 · 12 s · 1 min 47 s left"."""
        parts = [str(self._last), span(self.seconds) if self.seconds >= 1 else "", self.left]
        return " · ".join(filter(None, parts))

    @property
    def left(self) -> str:
        """How long it still takes at the step's rate, else as expected; empty where neither is known."""
        seconds, done = time.monotonic() - self._step_since, self._last.done - self._first.done
        if seconds < SOON_SECONDS or done <= SOON_SHARE * self._last.total:
            expected = self._expected - self.seconds
            return f"{rough(expected)} left" if expected >= 1 else ""
        return f"{span(seconds * (self._last.total - self._last.done) / done)} left"
