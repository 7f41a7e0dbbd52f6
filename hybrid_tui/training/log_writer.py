"""The log of a training while it is written: one JSON line a step or validation."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Protocol

from hybrid_tui import settings
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.plan import Batch, Plan
from hybrid_tui.training.log_reader import LOG


class Listener(Protocol):
    """An object that follows a training, such as its log or a progress display."""

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:
        """Take a step's loss; steps count from 1."""

    def validated(self, step: int, loss: float) -> None:
        """Take the mean loss on the held-out batches after a step."""

    def stopping(self) -> bool:
        """Return whether to keep a checkpoint and stop after this step."""
        ...


def language_pairs(plan: Plan, batch: Batch) -> dict[str, int]:
    """Return the rows of a batch by query and passage language, keys as `de>en`, most first."""
    codes = plan.coverage.languages
    counts: dict[str, int] = {}
    for asked, answer in zip(batch.query_langs, batch.passage_langs, strict=True):
        name = f"{codes[asked]}>{codes[answer]}"
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _board(folder: Path, steps_done: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise UsageError("--tensorboard needs the package tensorboard", "pip install tensorboard") from error
    writer: Any = SummaryWriter(str(folder), purge_step=steps_done + 1)
    return writer


class Record:
    """A listener that writes the log, remembers the losses, and passes everything on to another."""

    def __init__(
        self, folder: Path, plan: Plan, listener: Listener, steps_done: int = 0, board: Path | None = None
    ) -> None:
        """Go on with the log in `folder` after `steps_done`; what it has of later steps is made again.

        board: where to log for TensorBoard too.
        """
        self._board = _board(board, steps_done) if board else None
        self._plan = plan
        self._listener = listener
        self._started = time.perf_counter()
        self._path = folder / LOG
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        whole = text.rpartition("\n")[0].splitlines()  # a killed process may have left half a line
        kept = [line for line in whole if json.loads(line)["step"] <= steps_done]
        self._before = max((json.loads(line)["seconds"] for line in kept), default=0.0)
        with settings.replacing(self._path) as file:
            file.writelines(f"{line}\n" for line in kept)
        self.events: list[dict[str, Any]] = [json.loads(line) for line in kept]

    @property
    def seconds(self) -> float:
        """Seconds that the training has taken, those before a resumption included."""
        return round(self._before + time.perf_counter() - self._started, 3)

    def losses(self) -> dict[str, float]:
        """Return mean losses of the first and the last ten steps, and the first and the best validation."""
        steps = [each["loss"] for each in self.events if "loss" in each]
        held = [each["validation"] for each in self.events if "validation" in each]
        found = {"first": sum(steps[:10]) / len(steps[:10]), "last": sum(steps[-10:]) / len(steps[-10:])}
        if held:
            found |= {"validation_first": held[0], "validation_best": min(held)}
        return {name: round(value, 6) for name, value in found.items()}

    def _write(self, event: dict[str, Any]) -> None:
        event["seconds"] = self.seconds
        self.events.append(event)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")
        if self._board:
            for name in {"loss", "validation", "lr"} & event.keys():
                self._board.add_scalar(name, event[name], event["step"])

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:
        """Log a step: loss, mode, rows by language pair, learning rate."""
        pairs = language_pairs(self._plan, batch)
        self._write({"step": step, "loss": loss, "mode": batch.mode, "lr": learning_rate, "pairs": pairs})
        self._listener.stepped(step, loss, batch, learning_rate)

    def validated(self, step: int, loss: float) -> None:
        """Log a validation."""
        self._write({"step": step, "validation": loss})
        self._listener.validated(step, loss)

    def stopping(self) -> bool:
        """Ask whoever follows."""
        return self._listener.stopping()
