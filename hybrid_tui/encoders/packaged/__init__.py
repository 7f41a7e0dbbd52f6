"""Encoders whose weights an installed package carries, and the protocol of the modules that run them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from hybrid_tui.encoders.backbones import Backbone
from hybrid_tui.encoders.packaged.files import PackagedFile

if TYPE_CHECKING:
    from hybrid_tui.encoders.encoder import Encoder
    from hybrid_tui.encoders.lora import Lora


class PackagedEncoder(Protocol):
    """A module of this folder that runs one packaged backbone; `Backbone.module` names it.

    FILES: what it reads, pinned by hash. Nothing heavy may be imported with the module itself.
    """

    FILES: tuple[PackagedFile, ...]

    def fingerprint_of(self, backbone: Backbone) -> str:
        """Return the fingerprint, told from pinned hashes: no file is read."""
        ...

    def load(
        self, backbone: Backbone, device: str | None = None, adapter: Lora | None = None, told: str = ""
    ) -> Encoder:
        """Load the encoder; DataError when a file is missing or damaged, UsageError for an unknown device.

        adapter: merged into the weights. told: the fingerprint of the whole, where an adapter changes it.
        """
        ...

    def export(self, backbone: Backbone, folder: Path, adapter: Lora | None = None) -> None:
        """Write it as a folder of transformers and sentence-transformers.

        adapter: merged into the weights. Raises UsageError where there is no such form of it, DataError as
        `load` does, HybridTuiError when writing fails.
        """
        ...


def module_of(backbone: Backbone) -> PackagedEncoder:
    """Return the module that runs a packaged backbone."""
    return cast("PackagedEncoder", import_module(f"{__name__}.{backbone.module}"))
