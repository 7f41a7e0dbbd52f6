"""The log of a training, read while it grows or afterwards."""

from __future__ import annotations

import json
from collections import Counter, deque
from pathlib import Path
from typing import Any

from hybrid_tui.encoders import registry
from hybrid_tui.errors import DataError, UsageError

LOG = "log.jsonl"
"""Its name in a folder: one JSON line a step or validation."""
LATE = 50
"""The last steps, from which the speed is computed."""

Point = tuple[int, float]
"""A step and a loss."""


class GrowingLog:
    """The content of a log as far as it has been read.

    step, seconds: of the last line. mode: of the last step's batch. validations: (step, loss).
    pairs: rows so far by languages, keys as `de>en`.
    """

    def __init__(self, points: int = 200) -> None:
        """Begin with nothing read; `points` is the most that `losses` may have."""
        self._points = points
        self._file: tuple[Path, int] | None = None
        self._begin()

    def _begin(self) -> None:
        self._offset = 0
        self._steps: list[Point] = []
        self._late: deque[tuple[int, float]] = deque(maxlen=LATE)
        self.validations: list[Point] = []
        self.pairs: Counter[str] = Counter()
        self.mode = ""
        self.step = 0
        self.seconds = 0.0

    def read(self, path: Path) -> None:
        """Read what has been added; from the start where it is another file, or a shorter one."""
        try:
            found = path.stat()
        except OSError:
            return
        if self._file != (path, found.st_ino) or found.st_size < self._offset:
            self._file = path, found.st_ino
            self._begin()
        with path.open("rb") as file:
            file.seek(self._offset)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        for line in whole.splitlines():
            self._take(json.loads(line))

    def _take(self, event: dict[str, Any]) -> None:
        self.step, self.seconds = event["step"], event["seconds"]
        if "validation" in event:
            self.validations.append((self.step, event["validation"]))
            return
        self.mode = event["mode"]
        self.pairs.update(event["pairs"])
        self._steps.append((self.step, event["loss"]))
        self._late.append((self.step, self.seconds))

    @property
    def losses(self) -> list[Point]:
        """(step, loss): means over stretches of steps, each at its last step."""
        count = len(self._steps)
        size = -(-count // self._points)
        stretches = [self._steps[at : at + size] for at in range(0, count, size or 1)]
        return [(part[-1][0], sum(loss for _, loss in part) / len(part)) for part in stretches]

    @property
    def step_seconds(self) -> float:
        """Mean seconds of the last 50 steps; 0 while that is not known."""
        if len(self._late) < 2:
            return 0.0
        (first, began), (last, ended) = self._late[0], self._late[-1]
        return (ended - began) / (last - first) if last > first else 0.0


CURVE_POINTS = 60
"""Points of a curve: as many as a small terminal shows one beside the other."""


def has_log(folder: Path | None) -> bool:
    """Tell whether a model's folder has the log of its training."""
    return folder is not None and (folder / LOG).is_file()


def finished_log(model: str) -> GrowingLog:
    """Read the log of a trained model.

    Raises UsageError for a model without a log, DataError for a broken one.
    """
    folder = registry.find(model)
    if folder is None or not has_log(folder):
        raise UsageError(f"{model} has no log of its training", "models that hybrid-tui train makes have one")
    log = GrowingLog(CURVE_POINTS)
    try:
        log.read(folder / LOG)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder / LOG} cannot be read: {error}") from error
    return log
