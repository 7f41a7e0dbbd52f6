"""Printing of commands: Rich on a terminal, plain in a pipe, JSON on request, progress on stderr.

Whatever is printed leaves by way of this module, where controls in it become visible.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from hybrid_tui import controls

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod
    from rich.progress import Progress as Bar
    from rich.table import Table

    from hybrid_tui.api.progress import Progress

QUIET_SECONDS = 2.0
"""Commands that are over by then tell no progress where there is no terminal."""
LINE_SECONDS = 30.0


class GuardedStream:
    """A text stream that shows controls as escapes, whoever writes: a library's warning, a log, an error.

    It has no `buffer`, by which they would get past. Rich, whose own sequences must get through, knows the
    stream behind it by `rich_proxied_file`; `console` makes visible what it is given.
    """

    def __init__(self, stream: IO[str]) -> None:
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        """Write text; returns its length."""
        self.rich_proxied_file.write(controls.visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.rich_proxied_file, name)


def guard() -> None:
    """Put stdout and stderr behind `GuardedStream`; letters that they cannot write become escapes, too.

    A stream that was closed before the start loses what is written.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        if isinstance(stream, GuardedStream):
            continue
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, GuardedStream(stream))


@cache
def console(*, stderr: bool = False) -> Console:
    """Return the console for results (stdout) or for messages and progress (stderr); data is never markup."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment
    from rich.text import Text

    class GuardedConsole(Console):
        """Shows controls in strings as escapes before they are laid out, and all others before they leave."""

        def render_str(self, text: str, **how: Any) -> Text:
            return super().render_str(controls.visible(text), **how)

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else controls.visible(text), style, control)

    return GuardedConsole(stderr=stderr, markup=False, highlight=False, emoji=False)


def line(text: str = "") -> None:
    """Print a line as it is on stdout, never wrapped."""
    sys.stdout.write(f"{controls.visible(text)}\n")


def as_json(value: Any) -> None:
    """Print a value as indented JSON; text stays readable in every script that stdout can write."""
    written = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    line(controls.as_json(value, ascii_only=written != "utf8"))


def note(lines: Iterable[str]) -> None:
    """Print what is to be kept in mind, on stderr."""
    for each in lines:
        error_line(f"note: {each}")


def error_line(text: str) -> None:
    """Print a line as it is on stderr, never wrapped."""
    sys.stderr.write(f"{controls.visible(text)}\n")


def table(*columns: str, numeric: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """Return an empty table.

    numeric: columns that are aligned to the right, and never broken. whole: others that are never broken.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    result = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        justify: JustifyMethod = "right" if column in numeric else "left"
        result.add_column(column, justify=justify, no_wrap=column in {*numeric, *whole}, overflow="fold")
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
    return Progress(*columns, console=screen, transient=True, redirect_stdout=False, redirect_stderr=False)


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
                shown.reset(task, description=controls.one_line(step), total=None)
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

    return typer.confirm(controls.visible(question), err=True)


def agreed(question: str, doing: str, *, yes: bool) -> None:
    """Return where a person agrees, or has said --yes; raises typer.Exit(1) where not.

    doing: what asks, in a sentence, such as "removing x". Raises UsageError where nobody can answer.
    """
    import typer

    from hybrid_tui.errors import UsageError

    if yes:
        return
    if not has_terminal():
        raise UsageError(f"{doing} asks first, and there is no terminal", "say --yes")
    if not confirm(question):
        raise typer.Exit(1)


def has_terminal() -> bool:
    """Tell whether somebody can answer a question."""
    return sys.stdin.isatty()
