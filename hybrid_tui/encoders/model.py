"""Models by name: what can be said of one at once, and loading it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hybrid_tui import endpoints, settings
from hybrid_tui.encoders import probe, registry, sources, trained
from hybrid_tui.encoders.backbones import BACKBONES, Backbone, Fact
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.manifest import ModelManifest
from hybrid_tui.encoders.registry import MANIFEST
from hybrid_tui.encoders.sources import ModelSource, PackageSource
from hybrid_tui.encoders.trained import BrokenSource, TrainedSource
from hybrid_tui.errors import DataError, UsageError, unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Provenance(NamedTuple):
    """Where a model comes from, as evaluations note it: empty where it is not known.

    backbone: its name. sampler: of the training, "untrained" for a backbone as it is. seed, tuning: of the
    training. training: equal for models that differ in sampler and seed alone.
    """

    backbone: str = ""
    sampler: str = ""
    seed: int | None = None
    tuning: str = ""
    training: str = ""


@dataclass(frozen=True)
class ModelSpec:
    """A model that was asked for by name, not loaded.

    name: as it was asked for. backbone: the registry's entry, None for other folders, hub and trained models.
    """

    name: str
    source: ModelSource
    backbone: Backbone | None = None

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits; equal ones give equal embeddings. DataError when it cannot be told."""
        return self.source.fingerprint()

    @cached_property
    def note(self) -> str:
        """What must be fetched before it can be loaded, in a few words; empty when nothing."""
        return self.source.lacks()

    @property
    def available(self) -> bool:
        """Whether it can be loaded now, without a download."""
        return not self.note

    @property
    def manifest(self) -> ModelManifest | None:
        """How it was trained; None for a pretrained model."""
        return self.source.manifest if isinstance(self.source, TrainedSource) else None

    @property
    def provenance(self) -> Provenance:
        """Where it comes from."""
        made = self.manifest
        if made:
            return Provenance(made.backbone, made.drawn, made.seed, made.tuning, made.training)
        return Provenance(self.backbone.name, "untrained") if self.backbone else Provenance()

    @cached_property
    def base(self) -> ModelSpec | None:
        """The model whose embeddings a head changes; None where this is no head.

        Raises DataError when the backbone is not there.
        """
        if not isinstance(self.source, TrainedSource) or self.source.manifest.tuning != "head":
            return None
        return ModelSpec(self.source.manifest.backbone, *self.source.backbone)

    @cached_property
    def matrix(self) -> NDArray[np.float32] | None:
        """A head's matrix, shape (dimension, dimension), float32; None where this is no head.

        Raises DataError when the file is damaged or the backbone is another than was trained upon.
        """
        return self.source.matrix() if isinstance(self.source, TrainedSource) and self.base else None

    @property
    def summary(self) -> str:
        """One line for a list."""
        made = self.manifest
        if made:
            return f"{made.backbone}, {made.tuning}, {made.sampler}"
        return self.backbone.summary if self.backbone else str(self.source.facts()["source"])

    def describe(self) -> dict[str, Fact]:
        """Return what there is to tell of it without loading it or asking the network, ready for JSON."""
        return {
            "name": self.name,
            **self.source.facts(),
            "available": self.available,
            "note": self.note,
            "notes": list(self.source.notes()),
            "fingerprint": self.fingerprint if self.available else None,
        }


def specs() -> list[ModelSpec]:
    """Return the models that have a name: backbones that need no network, trained models, endpoints, other
    backbones.

    Trained models come by backbone, then by name; one that cannot be used is there with a note that tells
    why.
    """
    known = [resolve(name) for name in BACKBONES]
    offline = [spec for spec in known if spec.backbone and spec.backbone.offline]
    order = list(BACKBONES)

    def place(spec: ModelSpec) -> tuple[int, str, str]:
        name = spec.provenance.backbone
        return (order.index(name) if name in order else len(order)), name, spec.name

    folders = {name: folder for name, folder in registry.folders().items() if name not in BACKBONES}
    own = sorted((_listed(*named) for named in folders.items()), key=place)
    served = [_served(name) for name in endpoints.names()]
    return offline + own + served + [spec for spec in known if spec not in offline]


def _served(endpoint: str) -> ModelSpec:
    name = endpoints.PREFIX + endpoint
    try:
        return resolve(name)
    except UsageError as error:
        return ModelSpec(name, BrokenSource(settings.config_file(), str(error)))


def _listed(name: str, folder: Path) -> ModelSpec:
    try:
        return ModelSpec(name, trained.read(folder))
    except DataError as error:
        return ModelSpec(name, BrokenSource(folder, str(error)))


def resolve(name: str) -> ModelSpec:
    """Find a model by its name, its folder, its hub id `owner/name[@revision]`, or its endpoint `api:NAME`.

    A name means the backbone, else the user's trained model, else the one that ships with the package.
    Cheap: reads JSON and TOML at the most. Raises UsageError for a name that is none of these, DataError
    for a folder that is not a model.
    """
    folder = None if name in BACKBONES else registry.find(name) or _trained_at(name)
    if folder:
        return ModelSpec(name, trained.read(folder))
    found = sources.pretrained(name)
    if found:
        return ModelSpec(name, *found)
    if "/" in name or name.startswith("~"):
        raise UsageError(f"there is no folder {name}", "name a model's folder that is there")
    known = [*BACKBONES, *registry.folders()]
    ways = f"known: {', '.join(known)}; or a model's folder, or owner/name of a hub model"
    raise unknown("model", name, known, ways)


def is_named_by(system: str) -> bool:
    """Tell whether what a system's name begins with, before any correction, is a model, damaged or not."""
    try:
        resolve(system.partition("+")[0])
    except UsageError:
        return False
    except DataError:
        pass
    return True


def _trained_at(name: str) -> Path | None:
    path = sources.path_of(name)
    return path if path and (path / MANIFEST).is_file() else None


def load(model: str | ModelSpec, device: str | None = None) -> Encoder:
    """Load a model's encoder, ready to run; on a GPU if there is one and `device` says nothing else.

    A few words are encoded with what no hash vouches for. Raises what `resolve` raises, DataError for files
    that are missing or damaged and for a model whose embeddings make no sense, UsageError for a device that
    is not there.
    """
    spec = resolve(model) if isinstance(model, str) else model
    encoder = spec.source.load(device)
    if not isinstance(spec.source, PackageSource):
        probe.check(encoder, spec.name)
    return encoder
