"""Where a model comes from, and what can be told of it before it is loaded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hybrid_tui import endpoints
from hybrid_tui.encoders import hub, layout, packaged
from hybrid_tui.encoders.api import ApiSource
from hybrid_tui.encoders.backbones import BACKBONES, Backbone, Fact
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.fingerprints import fingerprint
from hybrid_tui.encoders.layout import ModelLayout
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.encoders.packaged import PackagedEncoder
from hybrid_tui.encoders.packaged.files import PackagedFile
from hybrid_tui.errors import DataError, UsageError


class ModelSource(Protocol):
    """A place that a model is loaded from."""

    def fingerprint(self) -> str:
        """Return what names the model's embeddings, without torch; DataError when it cannot be told."""
        ...

    def lacks(self) -> str:
        """Return in a few words what must be fetched before it can be loaded; empty when nothing."""
        ...

    def facts(self) -> dict[str, Fact]:
        """Return what can be told of it at once, ready for JSON."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what of it is not used, or not as one might think: a sentence each."""
        ...

    def load(self, device: str | None) -> Encoder:
        """Load it; DataError when that is not possible, UsageError for an unknown device."""
        ...


@dataclass(frozen=True)
class PackageSource:
    """An encoder that an installed package carries."""

    backbone: Backbone

    @property
    def module(self) -> PackagedEncoder:
        """The module that runs it."""
        return packaged.module_of(self.backbone)

    @property
    def files(self) -> tuple[PackagedFile, ...]:
        """The weights."""
        return self.module.FILES

    def fingerprint(self) -> str:
        """Told from pinned hashes."""
        return self.module.fingerprint_of(self.backbone)

    def lacks(self) -> str:
        """Name the packages that are not installed."""
        missing = {file.distribution for file in self.files if not file.find()}
        return f"pip install {' '.join(sorted(missing))}" if missing else ""

    def facts(self) -> dict[str, Fact]:
        """Return the registry's entry."""
        return self.backbone.facts()

    def notes(self) -> tuple[str, ...]:
        """There is nothing to note."""
        return ()

    def load(self, device: str | None) -> Encoder:
        """Load it from the installed package."""
        return self.module.load(self.backbone, device)


@dataclass(frozen=True)
class FolderSource:
    """A model's folder, whose settings were read when it was named."""

    layout: ModelLayout

    def fingerprint(self) -> str:
        """Told from the content of the files, which takes about a second per gigabyte."""
        base = self.layout.adapter_base
        return self.layout.fingerprint(_base(base).fingerprint() if base else "")

    def lacks(self) -> str:
        """Tell what the base model of an adapter lacks."""
        base = self.layout.adapter_base
        return _base(base).lacks() if base else ""

    def facts(self) -> dict[str, Fact]:
        """Return what the folder says."""
        return self.layout.facts()

    def notes(self) -> tuple[str, ...]:
        """Return the layout's."""
        return self.layout.notes

    def load(self, device: str | None) -> Encoder:
        """Load it, on its base model when it is an adapter."""
        return load_layout(self.layout, self.fingerprint(), device)

    def open(self) -> ModelLayout:
        """Return its layout."""
        return self.layout


@dataclass(frozen=True)
class HubSource:
    """A model of the Hugging Face hub; a backbone's prompts and limits hold where it has none of its own."""

    hub_id: hub.HubId
    backbone: Backbone | None = None

    def fingerprint(self) -> str:
        """Told from the commit."""
        told = self.backbone
        return fingerprint(
            hub=self.hub_id.repo,
            commit=hub.commit(self.hub_id),
            prompts=told and told.prompts,
            pooling=told and told.pooling,
            max_tokens=told and told.max_tokens,
        )

    def lacks(self) -> str:
        """Tell that it must be downloaded, or why it cannot be run here."""
        try:
            if self._cached:
                return ""
        except DataError as error:
            return str(error)
        return f"download of {self.backbone.megabytes:,} MB" if self.backbone else "download"

    def facts(self) -> dict[str, Fact]:
        """Return the registry's entry, and what the cached files say, which decides."""
        told = self.backbone.facts() if self.backbone else {}
        with suppress(DataError):  # `lacks` tells
            told |= self._cached.facts() if self._cached else {}
        return told | {"source": str(self.hub_id)}

    def notes(self) -> tuple[str, ...]:
        """Return the cached layout's."""
        try:
            return self._cached.notes if self._cached else ()
        except DataError:
            return ()

    @property
    def _cached(self) -> ModelLayout | None:
        folder = hub.cached(self.hub_id)
        return layout.read(folder, self.backbone) if folder else None

    def load(self, device: str | None) -> Encoder:
        """Load it, after a download where it is not in the local cache."""
        opened = self.open()
        return load_layout(opened, self.fingerprint(), device)

    def open(self) -> ModelLayout:
        """Return its layout, after a download where it is not in the local cache."""
        return layout.read(hub.fetch(self.hub_id), self.backbone)


def load_layout(
    opened: ModelLayout, told: str, device: str | None, lora: Lora | None = None, backbone: str = ""
) -> Encoder:
    """Load a folder's model under the fingerprint `told`.

    lora: an adapter that is merged into it. backbone: the fingerprint without that.
    """
    from hybrid_tui.encoders import transformer

    base = opened.adapter_base
    return transformer.load(opened, told, device, _base(base).open() if base else None, lora, backbone)


def pretrained(name: str) -> tuple[ModelSource, Backbone | None] | None:
    """Find a pretrained model by its name in the registry, its endpoint, folder or hub id; None for others.

    Also returns its entry in the registry. Raises UsageError for a file and for an endpoint that is not
    there, DataError for a folder that is not a model.
    """
    if name.startswith(endpoints.PREFIX):
        return ApiSource(endpoints.endpoint(name)), None
    backbone = BACKBONES.get(name)
    if backbone:
        hub_id = hub.parse(backbone.source)
        return HubSource(hub_id, backbone) if hub_id else PackageSource(backbone), backbone
    path = path_of(name)
    if path and path.is_dir():
        return _folder(path), None
    if path:
        raise UsageError(f"{name} is a file, not a model's folder", f"name the folder: {path.parent}")
    hub_id = hub.parse(name)
    if hub_id and _is_path_like(name) and not hub.cached(hub_id):
        parent = Path(name).expanduser().parent
        raise UsageError(
            f"there is no folder {name}",
            f"{parent} is a folder here, so no model of the hub was looked for: name one of its folders, or "
            f"fetch the hub's model first: hf download {hub_id.repo}",
        )
    return (HubSource(hub_id), None) if hub_id else None


def _folder(path: Path) -> FolderSource:
    """Return the source of a folder; DataError for an adapter whose model leads back to it."""
    opened = layout.read(path)
    found, seen = FolderSource(opened), {path.resolve()}
    while opened.adapter_base and (base := Path(opened.adapter_base).resolve()).is_dir():
        if base in seen:
            raise DataError(
                f"{path / 'adapter_config.json'}: base_model_name_or_path leads back to {base}",
                "name the model that the adapter was trained on",
            )
        seen.add(base)
        opened = layout.read(base)
    return found


def _is_path_like(name: str) -> bool:
    """Tell whether a hub id could be a path: what is before its slash is a folder here."""
    return Path(name).parent.is_dir()


def path_of(name: str) -> Path | None:
    """Return the absolute path that a name is of, if there is anything at it."""
    try:
        path = Path(name).expanduser().resolve()
        return path if name and path.exists() else None
    except (OSError, ValueError, RuntimeError):  # too long, holds NUL, is of an unknown user
        return None


def _base(name: str) -> FolderSource | HubSource:
    """Return the model that an adapter changes; DataError when its name leads nowhere."""
    if Path(name).is_dir():
        return _folder(Path(name))
    hub_id = hub.parse(name)
    if hub_id is None:
        raise DataError(f"the adapter's model {name!r} is neither a folder nor owner/name of a hub model")
    return HubSource(hub_id)
