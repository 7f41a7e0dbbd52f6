"""What was evaluated, how, and what it took, as it is kept beside the figures."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TypedDict

import msgspec

from hybrid_tui.evaluation.kept_names import system_name
from hybrid_tui.evaluation.ranks import Ranks
from hybrid_tui.version import __version__

FORMAT = 2
"""Counted up when kept evaluations would no longer be what this code computes."""


class ManifestFields(TypedDict):
    """The fields of a manifest that follow from the ranks, the code and the clock."""

    languages: tuple[str, ...]
    pool: tuple[int, ...]
    queries: int
    items: int
    left_out: int
    version: str
    made: str


class EvaluationManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was evaluated, how, and what it took.

    model: its name, or an imported run's, or that of a retriever that is no model. correction: as typed, with
    its parameters; fitted_on: the collection that it was fitted on, as `name@fingerprint`, empty for none.
    written: the system in its written form where it has other stages; parts: what of these decides figures.
    notes: what a reader of the figures must know of the system, a sentence each.
    backbone, sampler, seed, tuning:
    how a trained model came about; `untrained` for a backbone as it is, empty where it is not known.
    training: equal for models that differ in sampler and seed alone.
    languages, pool: passage languages and their candidates. bias: scalars over all languages.
    seconds: wall time of each stage. version: of the code. made: date and time (ISO 8601, UTC).
    depth: how many passages a query a run ranks at most; 0 where it ranks them all. tag: what its file calls
    the system that made it.
    left_out: queries that a passage is left out for, which they are themselves.
    digests: SHA-256 of each table's file, filled in when it is kept.
    """

    collection: str
    collection_fingerprint: str
    model: str
    model_fingerprint: str
    correction: str = "none"
    fitted_on: str = ""
    written: str = ""
    parts: str = ""
    notes: tuple[str, ...] = ()
    backbone: str = ""
    sampler: str = ""
    seed: int | None = None
    tuning: str = ""
    training: str = ""
    languages: tuple[str, ...]
    pool: tuple[int, ...]
    queries: int
    items: int
    bias: dict[str, float]
    seconds: dict[str, float]
    version: str
    made: str
    depth: int = 0
    tag: str = ""
    left_out: int = 0
    digests: dict[str, str] = {}
    format: int = FORMAT

    @property
    def system(self) -> str:
        """What commands take and tables show: see `system_name`."""
        return self.written or system_name(self.collection, self.model, self.correction, self.fitted_on)

    @property
    def key(self) -> str:
        """12 hexadecimal digits; equal ones mean the same figures."""
        return key_of(
            self.collection_fingerprint, self.model_fingerprint, self.correction, self.fitted_on, self.parts
        )

    @property
    def stages(self) -> str:
        """What stands behind its model, such as `+center`; empty for a model as it is."""
        return self.system.removeprefix(self.model)


def key_of(collection: str, model: str, correction: str, fitted_on: str, parts: str = "") -> str:
    """Return the key of an evaluation from the fingerprints of what it is made of."""
    told = (str(FORMAT), collection, model, correction, fitted_on, *filter(None, [parts]))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def described(found: Ranks) -> ManifestFields:
    """Return what a manifest tells of ranks and of when and by which code they were made."""
    return {
        "languages": found.languages,
        "pool": tuple(int(size) for size in found.pool),
        "queries": found.queries.height,
        "items": found.queries["item_id"].n_unique(),
        "left_out": _asking_themselves(found),
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def _asking_themselves(found: Ranks) -> int:
    """Return of how many queries something is left out."""
    counts = found.queries.get_column("left_out", default=None)
    return 0 if counts is None else int((counts > 0).sum())
