"""A training as it runs: live on a terminal, a few plain lines in a pipe."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from hybrid_tui.cli import output

if TYPE_CHECKING:
    from rich.console import Group
    from rich.progress import Progress

    from hybrid_tui.sampling.plan import Batch
    from hybrid_tui.training.defaults import TrainingJob

SMOOTH = 0.9
"""How much of the loss that is shown is that of the steps before."""
QUIET_SECONDS = 30.0
PAIRS = 6


class TrainingView:
    """Follows a training, and asks it to stop at Ctrl-C; a second Ctrl-C does not wait."""

    def __init__(self, job: TrainingJob, name: str) -> None:
        self._job = job
        self._name = name
        self._steps = job.options.steps
        self._loss: float | None = None
        self._held: list[float] = []
        self._mode = ""
        self._pairs: dict[str, int] = {}
        self._first = 0
        self._started = 0.0
        self._told = time.monotonic()
        self._stop = False
        self._progress: Progress | None = None
        self._task: Any = None

    # --- what a training tells ------------------------------------------------------------------------

    def begin(self, what: str) -> Callable[[int, int], None]:
        """Show a step before the training proper, with its own bar."""
        if not self._progress or self._task is None:
            return self._say_begun(what)
        bar, task = self._progress, self._task
        bar.reset(task, description=what, total=None)
        return lambda done, total: bar.update(task, completed=done, total=total or None)

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:  # noqa: ARG002
        """Show a step."""
        from hybrid_tui.training.log_writer import language_pairs

        if not self._started:
            self._started, self._first = time.monotonic(), step
            if self._progress:
                self._progress.reset(self._task, description="training", total=self._steps)
        self._loss = loss if self._loss is None else SMOOTH * self._loss + (1 - SMOOTH) * loss
        self._mode = batch.mode
        self._pairs = language_pairs(self._job.train.plan, batch)
        if self._progress:
            self._progress.update(self._task, completed=step)
        elif time.monotonic() - self._told > QUIET_SECONDS:
            self._say(step)

    def validated(self, step: int, loss: float) -> None:
        """Show a validation."""
        self._held.append(loss)
        if not self._progress:
            self._say(step)

    def stopping(self) -> bool:
        """Return whether Ctrl-C was pressed."""
        return self._stop

    # --- how it is shown ------------------------------------------------------------------------------

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the training and catch Ctrl-C while the block runs."""
        old = {each: signal.signal(each, self._ask) for each in (signal.SIGINT, signal.SIGTERM)}
        screen = output.console(stderr=True)
        try:
            if not screen.is_terminal:
                yield
                return
            from rich.live import Live
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )

            self._progress = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=screen,
            )
            self._task = self._progress.add_task("starting", total=None)
            with Live(get_renderable=self._drawn, console=screen, refresh_per_second=4, transient=True):
                yield
        finally:
            self._progress = None
            for each, handler in old.items():
                signal.signal(each, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self._stop:
            raise KeyboardInterrupt
        self._stop = True
        output.console(stderr=True).print(
            "stopping after this step, with a checkpoint; again to stop at once"
        )

    def _drawn(self) -> Group:
        from rich.console import Group

        assert self._progress
        return Group(f"{self._name}: {title(self._job)}", self._progress, *self._figures())

    def _figures(self) -> Iterator[str]:
        if self._loss is None:
            return
        held = f"   validation {self._held[-1]:.4f} (best {min(self._held):.4f})" if self._held else ""
        yield f"loss {self._loss:.4f}{held}   {self._rate():,.0f} rows/s"
        shown = " ".join(f"{pair} {count}" for pair, count in list(self._pairs.items())[:PAIRS])
        more = len(self._pairs) - PAIRS
        yield f"{self._mode}   {shown}{f' and {more} more' if more > 0 else ''}"

    def _rate(self) -> float:
        if not self._progress:
            return 0.0
        done = (self._progress.tasks[0].completed or 0) - self._first
        return done * self._job.options.batch_size / max(time.monotonic() - self._started, 1e-9)

    def _say_begun(self, what: str) -> Callable[[int, int], None]:
        output.console(stderr=True).print(f"{self._name}: {what}")

        def told(done: int, total: int) -> None:
            if time.monotonic() - self._told > QUIET_SECONDS:
                self._told = time.monotonic()
                output.console(stderr=True).print(f"{self._name}: {what} {done:,}/{total:,}")

        return told

    def _say(self, step: int) -> None:
        self._told = time.monotonic()
        held = f", validation {self._held[-1]:.4f}" if self._held else ""
        output.console(stderr=True).print(
            f"{self._name}: step {step:,} of {self._steps:,}, loss {self._loss or 0:.4f}{held}"
        )


def title(job: TrainingJob) -> str:
    """Return a training in a line."""
    options = job.options
    share = f", alpha {options.sampler.alpha:g}" if options.sampler.name == "hybrid" else ""
    return (
        f"{options.backbone}, {options.tuning}, {options.sampler.name}{share}; {options.steps:,} steps of "
        f"{options.batch_size} rows in {len(options.langs)} languages, seed {options.seed}"
    )
