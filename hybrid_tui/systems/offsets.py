"""What a system does to a model's embeddings, as files beside it: `offsets.safetensors` and `.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from hybrid_tui.encoders import json_files
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import DataError
from hybrid_tui.retrieval.corrections import FittedCorrection
from hybrid_tui.settings import replacing
from hybrid_tui.systems.embedded import cut

TENSORS = "offsets.safetensors"
ABOUT = "offsets.json"
OTHERS = "*"
"""What stands in a tensor's name for the languages that have none of their own."""
LINES = """\
import json, pathlib
import numpy as np
from safetensors.numpy import load_file
fitted, size = load_file("offsets.safetensors"), json.loads(pathlib.Path("offsets.json").read_text("utf-8"))["dimensions"]
def corrected(vectors, role, lang):  # an array of rows; "query" or "passage"; a code such as "de"
    unit = lambda rows: rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    offset, axes = (fitted.get(f"{kind}/{role}/{lang}", fitted.get(f"{kind}/{role}/*")) for kind in ("offset", "directions"))
    first = unit(vectors[:, :size]); moved = first if offset is None else first - offset
    moved = moved if axes is None else moved - moved @ axes.T @ axes
    return np.where(np.linalg.norm(moved, axis=1, keepdims=True) > 1e-6, unit(moved), first)
"""  # noqa: E501
"""Ten lines that do the same as `Offsets.apply`, with numpy, in the folder."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What `offsets.json` says. system: its written form. fitted_on: a collection and its fingerprint.

    model: fingerprint of the model whose embeddings these change. dimensions: how many of the first are
    taken, all of them where the system cuts none. languages: with offsets or directions of their own.
    """

    system: str
    model: str
    fitted_on: str
    dimensions: int
    languages: list[str]


@dataclass(frozen=True, eq=False)
class Offsets:
    """The changes of a system's stages to embeddings, ready to be applied."""

    about: About
    fitted: FittedCorrection

    def apply(self, vectors: NDArray[np.float32], role: Role, lang: str) -> NDArray[np.float32]:
        """Return the embeddings of one role and language as they are compared, float32, of length 1.

        vectors: shape (rows, dimension), of length 1. A language that has nothing of its own gets what
        serves others.
        """
        size = self.about.dimensions
        first = cut(vectors, size if size < vectors.shape[1] else 0, self.about.system)
        return self.fitted.apply(first, role, lang)

    def write(self, folder: Path) -> None:
        """Write both files; HybridTuiError when the system refuses."""
        from safetensors.numpy import save

        kinds = {"offset": self.fitted.offsets, "directions": self.fitted.directions}
        tensors = {
            f"{kind}/{role}/{lang or OTHERS}": np.ascontiguousarray(values, np.float32)
            for kind, each in kinds.items()
            for (role, lang), values in each.items()
        }
        with replacing(folder / TENSORS, "wb") as file:
            file.write(save(tensors))
        with replacing(folder / ABOUT) as file:
            json.dump(msgspec.to_builtins(self.about), file, indent=2, ensure_ascii=False)


def languages(fitted: FittedCorrection) -> list[str]:
    """Return those that a correction has anything of, sorted."""
    return sorted({lang for _, lang in (*fitted.offsets, *fitted.directions)} - {""})


def read(folder: Path) -> Offsets:
    """Read both files of a folder; DataError for what is missing, damaged or does not fit together."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    file = folder / ABOUT
    try:
        about = msgspec.convert(json_files.table(file), About)
    except msgspec.ValidationError as error:
        raise DataError(f"{file}: {str(error).replace('`$.', '`')}") from error
    file = folder / TENSORS
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError, TypeError, KeyError) as error:
        raise DataError(f"{file} cannot be read: {error}", "copy or export the model again") from error
    return Offsets(about, _fitted(tensors, about.dimensions, file))


def _fitted(tensors: Mapping[str, NDArray[np.float32]], dimensions: int, file: Path) -> FittedCorrection:
    """Return a correction from its tensors."""
    kinds: dict[str, dict[tuple[Role, str], NDArray[np.float32]]] = {"offset": {}, "directions": {}}
    for name, values in tensors.items():
        kind, _, rest = name.partition("/")
        role, _, lang = rest.partition("/")
        if kind not in kinds or role not in {"query", "passage"} or not lang:
            raise DataError(f"{file}: {name!r} is no tensor of a correction")
        wanted = 1 if kind == "offset" else 2
        if values.ndim != wanted or values.shape[-1] != dimensions or not np.isfinite(values).all():
            raise DataError(f"{file}: {name} is of shape {values.shape}, or not of finite numbers")
        kinds[kind]["query" if role == "query" else "passage", "" if lang == OTHERS else lang] = values
    return FittedCorrection(kinds["offset"], kinds["directions"])
