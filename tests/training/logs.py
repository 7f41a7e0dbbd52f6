"""Logs of trainings, as they lie beside models."""

import json
from pathlib import Path

from hybrid_tui import settings
from hybrid_tui.training.log_reader import LOG
from tests.trained_models import head


def write_log(steps: int, *more: dict[str, float]) -> Path:
    """Keep a model `mine` with the log of a training whose losses are the steps' numbers."""
    folder = settings.data_dir() / "models" / "mine"
    head(folder)
    lines = [{"step": step, "loss": float(step), "mode": "mono", "pairs": {}} for step in range(1, steps + 1)]
    text = "".join(json.dumps(line | {"seconds": 1.0}) + "\n" for line in [*lines, *more])
    (folder / LOG).write_text(text)
    return folder
