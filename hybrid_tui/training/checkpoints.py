"""Checkpoints in safetensors and JSON: trained weights, the optimizer's moments, the state of the run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from hybrid_tui.encoders import json_files
from hybrid_tui.errors import DataError
from hybrid_tui.settings import replacing

WEIGHTS, OPTIMIZER, SCHEDULE = "weights.safetensors", "optimizer.safetensors", "schedule.json"
STATE = "trainer_state.json"


def save_tensors(path: Path, tensors: dict[str, Any]) -> None:
    """Write tensors to a file, under a temporary name first; HybridTuiError when the disk refuses."""
    from safetensors.torch import save

    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    with replacing(path, "wb") as file:
        file.write(content)


def load_tensors(path: Path) -> dict[str, Any]:
    """Read tensors; DataError, naming the file, when it is missing or damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise DataError(f"{path} cannot be read: {error}", "train again without --resume") from error


def save_optimizer(folder: Path, optimizer: Any, scheduler: Any) -> None:
    """Write the state of an optimizer, tensors by parameter number, and of its learning-rate schedule."""
    state = optimizer.state_dict()["state"]
    tensors = {f"{number}.{name}": value for number, kept in state.items() for name, value in kept.items()}
    save_tensors(folder / OPTIMIZER, tensors)
    rates = [group["lr"] for group in optimizer.param_groups]
    with replacing(folder / SCHEDULE) as file:
        json.dump({"rates": rates, "schedule": scheduler.state_dict()}, file)


def load_optimizer(folder: Path, optimizer: Any, scheduler: Any) -> None:
    """Put an optimizer and its schedule into the state that was written; DataError when that is damaged."""
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in load_tensors(folder / OPTIMIZER).items():
        number, _, key = name.partition(".")
        state.setdefault(int(number), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    kept = json_files.table(folder / SCHEDULE)
    scheduler.load_state_dict(scheduler.state_dict() | kept["schedule"])
    for group, rate in zip(optimizer.param_groups, kept["rates"], strict=True):
        group["lr"] = rate


def save_state(folder: Path, state: dict[str, float]) -> None:
    """Write how far the run is."""
    with replacing(folder / STATE) as file:
        json.dump(state, file)


def load_state(folder: Path) -> dict[str, float]:
    """Read how far the run was."""
    return json_files.table(folder / STATE)


def put(scratch: Path, target: Path) -> None:
    """Give a whole checkpoint its name, and remove those before it."""
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)
    for each in target.parent.glob("checkpoint-*"):
        if each != target:
            shutil.rmtree(each)


def newest(folder: Path) -> Path | None:
    """Return the last whole checkpoint under a folder, `checkpoint-STEP`; None where there is none."""
    found = [each for each in folder.glob("checkpoint-*") if (each / STATE).is_file()]
    return max(found, key=lambda each: int(each.name.rpartition("-")[2]), default=None)
