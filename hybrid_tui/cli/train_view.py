"""A training as it runs: live on a terminal, a few plain lines in a pipe."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

from hybrid_tui.cli import output

if TYPE_CHECKING:
    from rich.console import Group
    from rich.progress import Progress

    from hybrid_tui.api.training import Batch
    from hybrid_tui.api.training_plans import PlannedTraining

SMOOTH = 0.9
"""How much of the loss that is shown is that of the steps before."""
PAIRS = 6


class TrainingView:
    """Follows a training, and asks it to stop at Ctrl-C; a second Ctrl-C does not wait."""

    def __init__(self, planned: PlannedTraining) -> None:
        self._title = planned.title
        self._job = planned.job
        self._name = planned.name
        self._steps = planned.job.options.steps
        self._lines = output.ProgressLines(output.say)
        self._loss: float | None = None
        self._held: list[float] = []
        self._mode = ""
        self._pairs: dict[str, int] = {}
        self._first = 0
        self._started = 0.0
        self._stop = False
        self._progress: Progress | None = None
        self._task: Any = None

    # --- what a training tells ------------------------------------------------------------------------

    def begin(self, what: str) -> Callable[[int, int], None]:
        """Show a step before the training proper, with its own bar."""
        if not self._progress or self._task is None:
            output.say(f"{self._name}: {what}")
            return partial(self._lines, f"{self._name}: {what}")
        bar, task = self._progress, self._task
        bar.reset(task, description=what, total=None)
        return lambda done, total: bar.update(task, completed=done, total=total or None)

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:  # noqa: ARG002
        """Show a step."""
        from hybrid_tui.api.training import language_pairs

        if not self._started:
            self._started, self._first = time.monotonic(), step
            if self._progress:
                self._progress.reset(self._task, description="training", total=self._steps)
        self._loss = loss if self._loss is None else SMOOTH * self._loss + (1 - SMOOTH) * loss
        self._mode = batch.mode
        self._pairs = language_pairs(self._job.train.plan, batch)
        if self._progress:
            self._progress.update(self._task, completed=step)
        else:
            self._lines(f"{self._name}: step", step, self._steps, self._losses())

    def validated(self, step: int, loss: float) -> None:
        """Show a validation."""
        self._held.append(loss)
        if not self._progress:
            output.say(f"{self._name}: step {step:,} of {self._steps:,}{self._losses()}")

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

            self._progress = output.bar(screen)
            self._task = self._progress.add_task("starting", total=None)
            drawn = Live(
                get_renderable=self._drawn,
                console=screen,
                refresh_per_second=4,
                transient=True,
                redirect_stdout=False,  # what others print is not ours to draw: the guarded streams have it
                redirect_stderr=False,
            )
            with drawn:
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
        return Group(f"{self._name}: {self._title}", self._progress, *self._figures())

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

    def _losses(self) -> str:
        held = f", validation {self._held[-1]:.4f}" if self._held else ""
        return f", loss {self._loss or 0:.4f}{held}"
