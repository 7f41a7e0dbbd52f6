"""Models by name: what can be said of one at once, and loading it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hybrid_tui.encoders import hub, layout
from hybrid_tui.encoders.backbones import BACKBONES, Backbone, Fact
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.sources import FolderSource, HubSource, PackageSource, Source
from hybrid_tui.errors import UsageError, unknown


@dataclass(frozen=True)
class ModelSpec:
    """A model that was asked for by name, not loaded.

    name: as it was asked for. backbone: the registry's entry, None for other folders and hub models.
    """

    name: str
    source: Source
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
    def summary(self) -> str:
        """One line for a list."""
        return self.backbone.summary if self.backbone else str(self.source.facts()["source"])

    def describe(self) -> dict[str, Fact]:
        """Return what there is to tell of it without loading it or asking the network, ready for JSON."""
        return {
            "name": self.name,
            **self.source.facts(),
            "available": self.available,
            "note": self.note,
            "fingerprint": self.fingerprint if self.available else None,
        }


def specs() -> list[ModelSpec]:
    """Return the models of the registry, those that need no network first."""
    return [resolve(name) for name in BACKBONES]


def resolve(name: str) -> ModelSpec:
    """Find a model by its name in the registry, its folder, or its hub id `owner/name[@revision]`.

    Cheap: reads JSON at the most. Raises UsageError for a name that is none of these, DataError for a
    folder that is not a model.
    """
    backbone = BACKBONES.get(name)
    if backbone:
        hub_id = hub.parse(backbone.source)
        source: Source = HubSource(hub_id, backbone) if hub_id else PackageSource(backbone)
        return ModelSpec(name, source, backbone)
    path = _path(name)
    if path and path.is_dir():
        return ModelSpec(name, FolderSource(layout.read(path)))
    if path:
        raise UsageError(f"{name} is a file, not a model's folder", f"name the folder: {path.parent}")
    hub_id = hub.parse(name)
    if hub_id and not name.startswith("."):
        return ModelSpec(name, HubSource(hub_id))
    ways = f"known: {', '.join(BACKBONES)}; or a model's folder, or owner/name of a hub model"
    raise unknown("model", name, list(BACKBONES), ways)


def _path(name: str) -> Path | None:
    """Return the absolute path that a name is of, if there is anything at it."""
    try:
        path = Path(name).expanduser().resolve()
        return path if name and path.exists() else None
    except (OSError, ValueError, RuntimeError):  # too long, holds NUL, is of an unknown user
        return None


def load(model: str | ModelSpec, device: str | None = None) -> Encoder:
    """Load a model's encoder, ready to run; on a GPU if there is one and `device` says nothing else.

    Raises what `resolve` raises, DataError for files that are missing or damaged, UsageError for a device
    that is not there.
    """
    spec = resolve(model) if isinstance(model, str) else model
    return spec.source.load(device)
