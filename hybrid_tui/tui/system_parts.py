"""A system's written form taken apart and put together again, as far as the screen sets its parts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from hybrid_tui.comparison.retriever_names import is_model

CORRECTIONS = {
    "center": "less the mean of their language",
    "shift": "passages moved to where English ones are",
    "lir": "without the direction that tells their language",
}
"""What can be done to embeddings before they are compared."""
ORDER = ("dim", "correction", "query", "fuse", "rerank")
"""The kinds of stages, in the order in which they work."""


class Parts(NamedTuple):
    """A retriever and its stages as they are written, by kind."""

    retriever: str
    stages: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def of(cls, system: str) -> Parts:
        """Take a written form apart."""
        retriever, *written = system.split("+")
        return cls(retriever, {_kind(each): each for each in written})

    def __str__(self) -> str:
        known = [self.stages[kind] for kind in ORDER if self.stages.get(kind)]
        return "+".join([self.retriever, *known])

    def of_retriever(self, retriever: str) -> Parts:
        """Return the system with another retriever; one without embeddings has no stages that change them."""
        changed = Parts(retriever, self.stages)
        if is_model(retriever):
            return changed
        variant = self.stage("query").partition(":")[2].partition(":")[0]
        changed = changed.put("dim", "").put("correction", "")
        return changed.put("query", f"query:{variant}:concat" if variant else "")

    def stage(self, kind: str) -> str:
        """Return a stage as it is written; empty for none."""
        return self.stages.get(kind, "")

    def put(self, kind: str, written: str) -> Parts:
        """Return the system with another stage of a kind, or with "" without one."""
        return self._replace(stages={**self.stages, kind: written})


def strength_of(correction: str) -> float:
    """Return how far a written correction goes, 1 where it does not say."""
    numbers = [part for part in correction.partition("@")[0].split(":")[1:] if _is_number(part)]
    return float(numbers[0]) if numbers else 1.0


def with_strength(correction: str, strength: float) -> str:
    """Return a written correction that goes so far; `lir`, which has no strength, as it is."""
    body, at, fit_on = correction.partition("@")
    if body.partition(":")[0] == "lir":
        return correction
    kept = [part for part in body.split(":") if not _is_number(part)]
    told = kept if strength == 1 else [*kept, number(strength)]
    return ":".join(told) + at + fit_on


def number(share: float) -> str:
    """Return a number from 0 to 1 as systems have it: .5, .05, 1, 0."""
    return f"{share:.2f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def _kind(stage: str) -> str:
    name = stage.partition(":")[0].partition("@")[0]
    return "correction" if name in CORRECTIONS else name


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
