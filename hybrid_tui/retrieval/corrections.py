"""Changes to embeddings that remove what only tells their language.

Each is fitted on the queries and passages of a collection and applied to embeddings of length 1, which
have length 1 again afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import UsageError, unknown

Name = Literal["none", "center", "shift", "lir"]
NAMES: tuple[Name, ...] = get_args(Name)
Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class CorrectionSpec:
    """A correction with its parameters, as typed: `center`, `shift:pivot=en,alpha=0.5`, `lir:rank=2`.

    pivot: the language that `shift` moves passages to. alpha: how far, 1 all the way.
    rank: the directions that `lir` removes.
    """

    name: Name = "none"
    pivot: str = "en"
    alpha: float = 1.0
    rank: int = 1

    @classmethod
    def parse(cls, text: str) -> CorrectionSpec:
        """Read a correction; UsageError names what is wrong in it."""
        name, _, rest = text.strip().partition(":")
        known = next((each for each in NAMES if each == name), None)
        if known is None:
            raise unknown("correction", name, list(NAMES))
        spec = cls(known)
        for part in filter(None, rest.split(",")):
            key, equals, value = part.partition("=")
            if not equals or key not in _PARAMETERS.get(known, {}):
                takes = ", ".join(_PARAMETERS.get(known, {})) or "nothing"
                raise UsageError(
                    f"correction {text!r}: {part!r} is not a parameter", f"{known} takes {takes}"
                )
            try:
                spec = replace(spec, **{key: _PARAMETERS[known][key](value)})
            except ValueError as error:
                raise UsageError(f"correction {text!r}: {key} cannot be {value!r}") from error
        if not (spec.rank >= 1 and np.isfinite(spec.alpha)):
            raise UsageError(f"correction {text!r}: rank must be 1 or more, alpha a number")
        return spec

    def __str__(self) -> str:
        """Return the shortest text that `parse` takes for it."""
        default = CorrectionSpec(self.name)
        told = [
            f"{key}={getattr(self, key)}"
            for key in _PARAMETERS.get(self.name, {})
            if getattr(self, key) != getattr(default, key)
        ]
        return f"{self.name}:{','.join(told)}" if told else self.name


NO_CORRECTION = CorrectionSpec()
_NOTHING = 1e-6
_PARAMETERS: dict[str, dict[str, type]] = {
    "shift": {"pivot": str, "alpha": float},
    "lir": {"rank": int},
}


@dataclass(frozen=True, eq=False)
class Correction:
    """A fitted correction, by role and language; under no language (""), what serves any other.

    offsets: what is taken from the embeddings, shape (dimension,), float32.
    directions: what they are made free of, shape (rank, dimension), float32, rows orthonormal.
    """

    offsets: Mapping[tuple[Role, str], NDArray[np.float32]]
    directions: Mapping[tuple[Role, str], NDArray[np.float32]]

    def apply(self, vectors: NDArray[np.float32], role: Role, lang: str) -> NDArray[np.float32]:
        """Return corrected embeddings, shape (rows, dimension), float32, of length 1.

        An embedding that nothing would be left of stays as it is.
        """
        offset = self.offsets.get((role, lang), self.offsets.get((role, "")))
        directions = self.directions.get((role, lang), self.directions.get((role, "")))
        changed = vectors if offset is None else vectors - offset
        if directions is not None:
            changed = changed - changed @ directions.T @ directions
        if changed is vectors:
            return vectors
        lengths = np.linalg.norm(changed, axis=1, keepdims=True)
        return np.where(lengths > _NOTHING, changed / np.maximum(lengths, _NOTHING), vectors)


def fit(spec: CorrectionSpec, queries: Vectors, passages: Vectors) -> Correction:
    """Fit a correction on a collection's embeddings by language, each of shape (rows, dimension), float32.

    center: the mean of each language, queries and passages apart.
    shift: for passages, alpha times the mean of their language less that of the pivot: on parallel
        passages the mean difference to their translation (arXiv 2606.18801, on embeddings of length 1).
    lir: the first right singular vectors of each language's uncentred matrix, queries and passages apart
        (Yang et al. 2021, EMNLP, "A Simple and Effective Method To Eliminate the Self Language Bias").
    Raises UsageError for a pivot without passages.
    """
    sides: dict[Role, Vectors] = {"query": queries, "passage": passages}
    rows = {(role, lang): values for role, side in sides.items() for lang, values in side.items()}
    rows |= {(role, ""): np.concatenate(list(side.values())) for role, side in sides.items() if side}
    rows = {key: values for key, values in rows.items() if len(values)}
    match spec.name:
        case "center":
            return Correction({key: values.mean(axis=0) for key, values in rows.items()}, {})
        case "lir":
            return Correction({}, {key: _directions(values, spec.rank) for key, values in rows.items()})
        case "shift":
            if ("passage", spec.pivot) not in rows:
                known = ", ".join(sorted(passages))
                raise UsageError(
                    f"no passages in the pivot language {spec.pivot!r}", f"choose one of {known}"
                )
            pivot = rows["passage", spec.pivot].mean(axis=0)
            alpha = np.float32(spec.alpha)
            moved = {key: alpha * (rows[key].mean(axis=0) - pivot) for key in rows if key[0] == "passage"}
            return Correction({key: offset for key, offset in moved.items() if key[1]}, {})
        case _:
            return Correction({}, {})


def _directions(values: NDArray[np.float32], rank: int) -> NDArray[np.float32]:
    # The right singular vectors of X are the eigenvectors of X^T X, which is small.
    _, vectors = np.linalg.eigh(values.T.astype(np.float64) @ values)
    return np.ascontiguousarray(vectors[:, ::-1][:, :rank].T, np.float32)
