"""Values made once and shared by threads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar, cast

from hybrid_tui.errors import Cancelled

T = TypeVar("T")
Key = TypeVar("Key")
Value = TypeVar("Value")
_MISSING = object()
TURN_SECONDS = 0.1


@contextmanager
def turn(lock: Lock, cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """Hold a lock while the block runs; raises errors.Cancelled when that is asked for before its turn."""
    while not lock.acquire(timeout=TURN_SECONDS):
        if cancelled and cancelled():
            raise Cancelled
    try:
        yield
    finally:
        lock.release()


class Once:
    """Makes each thing once, whichever thread asks first; the others wait for that thing alone.

    Keys are tuples that begin with a kind and hold the names of what the thing is made of.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[Hashable, ...], object] = {}
        self._locks: dict[Hashable, Lock] = {}
        self._guard = Lock()

    def get(self, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """Return what is under a key; made now where it is not."""
        with self._guard:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            found = self._made.get(key, _MISSING)
            if found is not _MISSING:
                return cast("T", found)
            made = self._made[key] = make()
            return made

    def forget(self, name: str) -> None:
        """Forget what was made of something that has this name."""
        with self._guard:
            for key in [key for key in self._made if name in key]:
                self._made.pop(key, None)

    def drop(self, *key: Hashable) -> None:
        """Forget one thing."""
        self._made.pop(key, None)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of the things of a kind."""
        return tuple(str(key[1]) for key in tuple(self._made) if key[0] == kind)


class Latest(Generic[Key, Value]):
    """The last few things that were made; for one thread at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what is under a key; made now where it is not."""
        if key not in self._made:
            self._made[key] = make()
        self._made.move_to_end(key)
        while len(self._made) > self._size:
            self._made.popitem(last=False)
        return self._made[key]
