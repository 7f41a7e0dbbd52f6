"""The stages of systems; `NAMES` is the registry: what begins a stage, and what reads the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Protocol

from hybrid_tui.retrieval.corrections import CORRECTIONS
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.stages.dim import Dim
from hybrid_tui.systems.stages.fuse import Fuse
from hybrid_tui.systems.stages.query import QueryVariant
from hybrid_tui.systems.stages.rerank import Rerank


class Stage(Protocol):
    """A frozen dataclass that holds what a stage was written with; `str` gives it as it is read again.

    kind: in a word, for messages. place: stages work in the order of their places; one of each.
    """

    kind: ClassVar[str]
    place: ClassVar[int]


Reader = Callable[[str], Stage | None]
"""Reads a whole stage as written; None for one that does nothing. Raises UsageError."""

NAMES: Mapping[str, Reader] = MappingProxyType(
    {
        "dim": Dim.read,
        **dict.fromkeys(CORRECTIONS, Correct.read),
        "query": QueryVariant.read,
        "fuse": Fuse.read,
        "rerank": Rerank.read,
    }
)


def read(text: str) -> Stage | None:
    """Read a stage whose name is one of `NAMES`."""
    return NAMES[text.partition(":")[0].partition("@")[0]](text)
