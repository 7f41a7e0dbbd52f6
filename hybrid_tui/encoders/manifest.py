"""What a trained model says about itself: `model.toml` in its folder."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import tomli_w

from hybrid_tui.choices import Tuning
from hybrid_tui.encoders.fingerprints import fingerprint
from hybrid_tui.encoders.registry import MANIFEST
from hybrid_tui.errors import DataError
from hybrid_tui.settings import replacing

HEAD_WEIGHTS = "head.safetensors"
ENCODER = "encoder"
"""The folder of a fully tuned encoder inside its model's folder."""

TUNINGS: tuple[Tuning, ...] = get_args(Tuning)
SamplerName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*$")]
"""Any name: a model may come from where there are other samplers."""
Setting = str | int | float | bool | list[str]


class DataUsed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Training pairs that a model has seen.

    name: of the pairs. sha256: of their content. items: questions; rows: pairs over all languages.
    languages, sources, licences: rows of each.
    """

    name: str
    sha256: str
    items: int
    rows: int
    languages: dict[str, int]
    sources: dict[str, int]
    licences: dict[str, int]


class ModelManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a trained model came about.

    backbone: a registry name, a hub id or a folder; backbone_fingerprint: of it as it was trained upon.
    tuning: how deep the training went. sampler: how its batches were drawn. steps: optimiser steps.
    languages: trained on. created: date and time (ISO 8601). version: of hybrid-tui.
    query_prompt, passage_prompt, pooling: as in training, and so in use.
    query_tokens, passage_tokens: where texts are cut; None for the backbone's own limits.
    seconds: wall time. settings: every setting of the run. losses: by name. data: what it has seen.
    versions: of packages. hardware: what it was trained on, and in which
    precision. figures: measured afterwards, by name.
    """

    name: str
    backbone: str
    backbone_fingerprint: str
    tuning: Tuning
    sampler: SamplerName
    seed: int
    steps: int
    languages: list[str]
    created: str
    version: str
    query_prompt: str
    passage_prompt: str
    pooling: str
    query_tokens: int | None = None
    passage_tokens: int | None = None
    seconds: float
    settings: dict[str, Setting]
    losses: dict[str, float]
    data: list[DataUsed]
    versions: dict[str, str]
    hardware: dict[str, str | int]
    figures: dict[str, float] = {}

    @property
    def drawn(self) -> str:
        """The sampler, and hybrid's share of mono batches where it is not a half."""
        alpha = self.settings.get("alpha", 0.5)
        return self.sampler if self.sampler != "hybrid" or alpha == 0.5 else f"hybrid (alpha {alpha:g})"

    @property
    def training(self) -> str:
        """8 hexadecimal digits that are equal for trainings that differ in sampler and seed alone."""
        told = {"loss": "infonce"} | self.settings  # models of before losses could be chosen do not tell it
        shared = {name: value for name, value in told.items() if name not in {"sampler", "alpha", "seed"}}
        return fingerprint(
            backbone=self.backbone_fingerprint,
            tuning=self.tuning,
            data=sorted(each.sha256 for each in self.data),
            settings=sorted(shared.items()),
        )[:8]


def read(folder: Path) -> ModelManifest:
    """Read the manifest in a model's folder.

    Raises DataError when it is missing or broken, naming the file and the line or the field.
    """
    file = folder / MANIFEST
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), ModelManifest)
    except OSError as error:
        raise DataError(f"cannot read {file}: {error.strerror}") from error
    except msgspec.ValidationError as error:
        raise DataError(f"{file}: {str(error).replace('`$.', '`')}") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, nested too deeply
        raise DataError(f"{file} is not a TOML file: {error}") from error


def write(manifest: ModelManifest, folder: Path) -> None:
    """Write the manifest into a model's folder, which is made if need be.

    Raises HybridTuiError when the system refuses to write.
    """
    fields = {name: value for name, value in msgspec.to_builtins(manifest).items() if value is not None}
    with replacing(folder / MANIFEST, "wb") as file:
        tomli_w.dump(fields, file)
