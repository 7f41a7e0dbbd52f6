"""Models by name: listed, loaded, exported, added, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.api import model_cards
from hybrid_tui.api.progress import Cancelled, Progress, steps
from hybrid_tui.api.workspace import default
from hybrid_tui.choices import MergeMethod
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import export as exporting
from hybrid_tui.encoders import model, user_models
from hybrid_tui.encoders.encoder import Encoder, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.evaluation import model_check
from hybrid_tui.evaluation.model_check import ModelCheck
from hybrid_tui.systems import exported


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded model. spec: what can be said of it; encoder: what runs."""

    spec: ModelSpec
    encoder: Encoder

    @property
    def name(self) -> str:
        """Its name, as it was asked for."""
        return self.spec.name

    @property
    def dimension(self) -> int:
        """The length of its embeddings."""
        return self.encoder.dimension

    def encode(
        self,
        texts: Sequence[str],
        role: Role = "query",
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings of shape (len(texts), dimension), float32, each row of length 1.

        role: "query" or "passage", which have prompts of their own in many models. Raises errors.Cancelled
        when `cancelled()` turns true.
        """
        report = steps(progress)("encoding")
        return self.encoder.encode(list(texts), role, progress=report, cancelled=cancelled)


@dataclass(frozen=True)
class ExportedModel:
    """A model as a folder of its own; size in bytes."""

    name: str
    folder: Path
    size: int


def list_models() -> list[ModelSpec]:
    """Return the models that have a name: offline backbones, trained models, other backbones."""
    return model.specs()


def load_model(name: str) -> Model:
    """Load a model by its name, its folder, or its hub id `owner/name[@revision]`; the last six stay loaded.

    Raises UsageError for a name that is none of these, DataError for files that are missing or damaged.
    """
    spec = model.resolve(name)
    return Model(spec, default().encoder(name))


def export_model(
    name: str,
    folder: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ExportedModel:
    """Write a model as a folder that sentence-transformers loads; adapters are merged into the weights.

    name: a model, or `MODEL+dim:SIZE+CORRECTION@COLLECTION`, whose changes to embeddings lie beside it, in
    `offsets.safetensors` and `.json`: `integrations.load` applies them. README.md is a model card, with what
    kept evaluations say. Raises UsageError for a folder that
    is there already, unless it is an earlier export to be replaced, and for a system that cannot be exported.
    """
    system = exported.system(exported.exportable(name), default())
    assert system.spec

    def also(at: Path) -> None:
        changes = exported.changes(system, steps(progress), cancelled)
        if changes:
            changes.write(at)
        model_cards.write(at, system, changes)

    written = exporting.export(system.spec, Path(folder), overwrite=overwrite, also=also)
    size = sum(file.stat().st_size for file in written.rglob("*") if file.is_file())
    return ExportedModel(name, written, size)


def merge_models(
    name: str, models: Sequence[str], weights: Sequence[float] = (), method: MergeMethod = "linear"
) -> ModelSpec:
    """Make a model of your own out of trained ones of one backbone; see `training.merging.merge`.

    weights: of each model, equal by default. Raises UsageError for models or weights that do not fit.
    """
    from hybrid_tui.training import merging

    return merging.merge(name, models, weights, method)


def check_model(
    name: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> ModelCheck:
    """Load a model and tell what of it is not used, and which way round its prompts belong.

    Its figures with its prompts as they are, without them and exchanged are measured on items of the starter
    collection. Raises DataError for a model that cannot be loaded or gives embeddings without sense.
    """
    collection = catalog.load("starter")
    return model_check.check(model.resolve(name), collection, step=steps(progress), cancelled=cancelled)


def add_model(path: str | Path, name: str = "") -> tuple[ModelSpec, bool]:
    """Copy a trained model's folder to the user's models, once it has been checked.

    Returns it, and False where the very same was there already. Raises UsageError for a name that is taken
    or not allowed, DataError for a folder that is no trained model or a damaged one.
    """
    return user_models.add(Path(path), name)


def removable_model(name: str) -> Path:
    """Return the folder of a user's model; UsageError, with the reason, for a name that is none."""
    return user_models.removable(name)


def remove_model(name: str) -> None:
    """Remove a model that the user trained or added; its evaluations stay. Raises as `removable_model`."""
    user_models.remove(name)
