"""How commands print: Rich on a terminal, plain in a pipe, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


@cache
def console(*, stderr: bool = False) -> Console:
    """Return the console for results (stdout) or for messages and progress (stderr); data is never markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def as_json(value: Any) -> None:
    """Print a value as indented JSON; text stays readable in every script."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(*columns: str, numeric: tuple[str, ...] = ()) -> Table:
    """Return an empty table; the columns in `numeric` are aligned to the right, and never broken."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    result = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        right = column in numeric
        result.add_column(column, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return result


@contextmanager
def steps(title: str) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Show a bar with ETA on stderr while the block runs.

    Yields what begins a step, named in words, and returns that step's callback (done, total).
    """
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
    screen = console(stderr=True)
    with Progress(*columns, console=screen, disable=not screen.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def begin(name: str) -> Callable[[int, int], None]:
            bar.reset(task, description=f"{title}: {name}" if title else name, total=None)
            return lambda done, total: bar.update(task, completed=done, total=total)

        yield begin


@contextmanager
def steps_told(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar with ETA on stderr while the block runs; yields a callback (step in words, done, total)."""
    with steps(title) as begin:
        counters: dict[str, Callable[[int, int], None]] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in counters or not total:
                counters[step] = begin(step)
            if total:
                counters[step](done, total)

        yield tell


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with ETA on stderr while the block runs; yields a callback (done, total)."""
    with steps("") as begin:
        yield begin(description)


def confirm(question: str) -> bool:
    """Ask yes or no on the terminal; no is the default."""
    import typer

    return typer.confirm(question, err=True)
