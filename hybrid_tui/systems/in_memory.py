"""What several systems have in memory together."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Protocol, TypeVar, cast
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.choices import IndexKind
from hybrid_tui.retrieval.corrections import FittedCorrection
from hybrid_tui.retrieval.passage_pools import Pool

T = TypeVar("T")


@dataclass(eq=False)
class EmbeddingsInMemory:
    """What is made of a model's embeddings of passages, whatever form of the query it is asked in.

    fitted: the correction, once it is fitted. passages: as they are compared, by language. pools: indexed, by
    the kind of index and the language. lock: held while any of these is made.
    """

    fitted: FittedCorrection | None = None
    passages: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    pools: dict[IndexKind, dict[str, Pool]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)


class Share(Protocol):
    """Gives what is under a key, made now where nobody has it."""

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return it; what nobody holds any more is forgotten."""
        ...


class Shared:
    """A `Share` for several threads."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[Hashable, object] = WeakValueDictionary()
        self._lock = Lock()

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is under a key."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                found = self._held[key] = make()
            return cast("T", found)


def alone(key: Hashable, make: Callable[[], T]) -> T:  # noqa: ARG001
    """Share nothing."""
    return make()
