"""LoRA adapters as peft writes them, merged into a model's weights without peft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybrid_tui.encoders import json_files
from hybrid_tui.encoders.fingerprints import content_hash, fingerprint
from hybrid_tui.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
_KEY = re.compile(r"base_model\.model\.(.+)\.lora_([AB])\.weight")
_NOT_DONE: dict[str, Any] = {
    "peft_type": "LORA",
    "bias": "none",
    "lora_bias": False,
    "use_dora": False,
    "fan_in_fan_out": False,
    "alpha_pattern": {},
    "modules_to_save": None,
    "layer_replication": None,
}
"""Settings that change what a merge is, with the only value of each that can be merged here."""


@dataclass(frozen=True, eq=False)
class Lora:
    """An adapter's matrices, float32.

    file: where they lie. alpha: what their product is scaled with, over the rank or its root (`rooted`).
    pairs: (A, B) by the name of the module they change, of shapes (rank, in) and (out, rank).
    """

    file: Path
    alpha: float
    rooted: bool
    pairs: Mapping[str, tuple[Tensor, Tensor]]

    def weights(self, weight_of: Callable[[str], Tensor]) -> Iterator[tuple[str, Tensor]]:
        """Yield the modules that the adapter changes, and their weights.

        weight_of: gives the float32 weights, shape (out, in), of the module with a name, or raises
        KeyError or AttributeError. Raises DataError for a module that the model has not or of another shape.
        """
        for name, (down, up) in self.pairs.items():
            try:
                weight = weight_of(name).detach()
            except (KeyError, AttributeError) as error:
                raise DataError(f"{self.file}: the backbone has no {name} to adapt") from error
            if weight.shape != (len(up), down.shape[1]):
                shape = tuple(weight.shape)
                raise DataError(f"{self.file}: {name} is of shape {shape}, the adapter fits another")
            yield name, weight

    def merge(self, weight_of: Callable[[str], Tensor]) -> None:
        """Add the adapter to a model in place: W += alpha / rank * B A.

        weight_of, and what is raised: as of `weights`.
        """
        for name, weight in self.weights(weight_of):
            down, up = self.pairs[name]
            weight.add_(self.scale(name) * (up @ down))

    def scale(self, name: str) -> float:
        """Return what the product of a module's matrices is scaled with."""
        rank = len(self.pairs[name][0])
        return self.alpha / (rank**0.5 if self.rooted else rank)


def read(folder: Path) -> Lora:
    """Read an adapter; DataError when a file is damaged or the adapter is none that can be merged here."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    alpha, rooted = scaling(folder)
    file = folder / WEIGHTS
    try:
        tensors = {name: tensor.float() for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise DataError(f"{file} cannot be read: {error}", "copy or train the model again") from error
    return Lora(file, alpha, rooted, _pairs(tensors, file))


def fingerprint_of(folder: Path) -> str:
    """Return the fingerprint of an adapter's content, told without torch; raises as `read` does."""
    return fingerprint(weights=content_hash(folder / WEIGHTS), scaling=scaling(folder))


def scaling(folder: Path) -> tuple[float, bool]:
    """Return alpha, and whether it is over the root of the rank; DataError for what cannot be merged here."""
    file = folder / CONFIG
    config = json_files.table(file)
    try:
        alpha, rooted = float(config["lora_alpha"]), bool(config.get("use_rslora"))
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{file} is not an adapter's configuration: {error}") from error
    for key, fine in _NOT_DONE.items():
        if config.get(key, fine) not in (fine, None):
            raise DataError(f"{file}: {key} = {config[key]!r} cannot be merged here")
    return alpha, rooted


def _pairs(tensors: Mapping[str, Tensor], file: Path) -> dict[str, tuple[Tensor, Tensor]]:
    found: dict[str, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        match = _KEY.fullmatch(key)
        if not match or tensor.ndim != 2:
            raise DataError(f"{file}: {key} cannot be merged here")
        if not tensor.isfinite().all():
            raise DataError(f"{file}: {key} has values that are not finite")
        found.setdefault(match[1], {})[match[2]] = tensor
    pairs = {}
    for name, sides in found.items():
        if len(sides) != 2 or len(sides["A"]) != sides["B"].shape[1]:
            raise DataError(f"{file}: the matrices of {name} do not fit together")
        if not name.startswith("pooler."):  # no embedding comes from there
            pairs[name] = sides["A"], sides["B"]
    return pairs
