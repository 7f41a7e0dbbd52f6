"""Printing of commands: Rich on a terminal, plain in a pipe, JSON on request, progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.table import Table

    from hybrid_tui.api.progress import Progress

QUIET_SECONDS = 2.0
"""Commands that are over by then tell no progress where there is no terminal."""
LINE_SECONDS = 30.0


@cache
def console(*, stderr: bool = False) -> Console:
    """Return the console for results (stdout) or for messages and progress (stderr); data is never markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def as_json(value: Any) -> None:
    """Print a value as indented JSON; text stays readable in every script."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def note(lines: Iterable[str]) -> None:
    """Print what is to be kept in mind, on stderr."""
    for line in lines:
        sys.stderr.write(f"note: {line}\n")


def table(*columns: str, numeric: tuple[str, ...] = ()) -> Table:
    """Return an empty table; the columns in `numeric` are aligned to the right, and never broken."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    result = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        right = column in numeric
        result.add_column(column, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return result


class ProgressLines:
    """Progress as lines: step, share and time left, soon after the start, every 30 s, and at the end.

    write: takes a line. clock: the time in seconds.
    """

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        self._next = clock() + QUIET_SECONDS
        self._step = ""
        self._began = (0.0, 0)
        self._written = False
        self._last = ""

    def __call__(self, step: str, done: int, total: int, note: str = "") -> None:
        """Take how far a step is; note: what else to tell of it."""
        now = self._clock()
        if step != self._step:
            self._step, self._began = step, (now, done)
        self._last = self._text(now, step, done, total) + note
        if now >= self._next:
            self._tell(now)

    def end(self) -> None:
        """Write how far it came, where progress was told at all."""
        if self._written and self._last:
            self._tell(self._clock())

    def _tell(self, now: float) -> None:
        self._write(self._last)
        self._written, self._next, self._last = True, now + LINE_SECONDS, ""

    def _text(self, now: float, step: str, done: int, total: int) -> str:
        if not total:
            return step
        began, first = self._began
        text = f"{step}: {done:,} of {total:,} ({done / total:.0%})"
        if first < done < total:
            text += f", {span((now - began) / (done - first) * (total - done))} left"
        return text


def bar(screen: Console) -> Bar:
    """Return a progress bar with counts and times."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=screen, transient=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress on stderr while the block runs: a bar on a terminal, lines where there is none."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        lines = ProgressLines(say)
        try:
            yield lines
        finally:
            lines.end()
        return
    with bar(screen) as shown:
        task = shown.add_task("", total=None)
        current = ""

        def report(step: str, done: int, total: int) -> None:
            nonlocal current
            if step != current:
                current = step
                shown.reset(task, description=step, total=None)
            shown.update(task, completed=done, total=total or None)

        yield report


def say(line: str) -> None:
    """Print a message on stderr."""
    console(stderr=True).print(line, soft_wrap=True)


def span(seconds: float) -> str:
    """Return a time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def confirm(question: str) -> bool:
    """Ask yes or no on the terminal; no is the default."""
    import typer

    return typer.confirm(question, err=True)
