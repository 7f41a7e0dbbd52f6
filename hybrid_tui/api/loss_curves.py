"""The losses that a training left in the log beside its model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hybrid_tui.comparison.setting_summary import Point
from hybrid_tui.encoders import registry
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.training.log_writer import LOG

MOST = 60
"""Points of a curve: as many as a small terminal shows one beside the other."""

Points = tuple[Point, ...]


def logged(folder: Path | None) -> bool:
    """Whether a model's folder has the log of its training."""
    return folder is not None and (folder / LOG).is_file()


def of(model: str) -> tuple[Points, Points]:
    """Return (step, loss) of a model's training, thinned by means, and of its validation pairs.

    Raises UsageError for a model without a log, DataError for a broken one.
    """
    folder = registry.find(model)
    if folder is None or not logged(folder):
        raise UsageError(f"{model} has no log of its training", "models that hybrid-tui train makes have one")
    events = _events(folder / LOG)
    return _thinned(_points(events, "loss")), tuple(_points(events, "validation"))


def _events(file: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error


def _points(events: list[dict[str, Any]], name: str) -> list[Point]:
    return [(float(each["step"]), float(each[name])) for each in events if name in each]


def _thinned(points: Sequence[Point]) -> Points:
    """Return `MOST` points or fewer: the means of neighbours."""
    size = -(-len(points) // MOST) or 1
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    return tuple(
        (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups
    )
