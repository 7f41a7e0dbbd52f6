"""The engine requests that a screen, dialog or part is waiting for, by keys of its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from textual.timer import Timer

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink, Handler
from hybrid_tui.tui.pending import Pending

TICK_SECONDS = 0.5

Key = TypeVar("Key", bound=Hashable)


class Owner(Protocol):
    """What a widget or screen is to its requests."""

    @property
    def is_attached(self) -> bool:
        """Whether it is on screen; replies that come later are dropped."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call something again and again."""


class _Request(NamedTuple):
    number: int
    pending: Pending
    outlives: bool


def _nothing() -> None:
    pass


class OpenRequests(Generic[Key]):
    """Asks, tells progress, cancels on leaving, and says when the engine stops or runs again.

    link: the engine. owner: who asks; call `close` when it is unmounted. progressed: called when a request
    gets on, and twice a second while one is open. lost: called when the engine has stopped; nothing is open
    then. revived: called when an engine runs (again).
    """

    def __init__(
        self,
        link: EngineLink,
        owner: Owner,
        *,
        progressed: Callable[[], None] = _nothing,
        lost: Callable[[], None] = _nothing,
        revived: Callable[[], None] = _nothing,
    ) -> None:
        self.link = link
        self._owner = owner
        self._progressed = progressed
        self._lost = lost
        self._revived = revived
        self._open: dict[Key, _Request] = {}
        self._timer: Timer | None = None
        link.watchers.append(self)

    @property
    def alive(self) -> bool:
        """Whether an engine runs."""
        return self.link.engine.alive

    def __contains__(self, key: object) -> bool:
        """Tell whether the answer to a request is awaited."""
        return key in self._open

    @property
    def keys(self) -> list[Key]:
        """The keys of the requests whose answer is awaited, in the order of asking."""
        return list(self._open)

    def progress(self, key: Key) -> str:
        """Return what the engine does for an open request, and for how long: "measuring · 12 s"."""
        return str(self._open[key].pending)

    def left(self, key: Key) -> str:
        """Return how long an open request still takes: "3 min 05 s left"; empty where that is not known."""
        return self._open[key].pending.left

    def ask(
        self,
        key: Key,
        request: messages.Request[Any],
        take: Handler,
        step: str = "",
        *,
        expected: float = 0.0,
        outlives: bool = False,
    ) -> None:
        """Send a request; one that is open under the same key is cancelled.

        take: called with its replies, but progress, while the owner is attached. step: what the engine does
        until it says so itself, and expected how many seconds that takes. outlives: whether it goes on when
        the owner is left.
        """
        self.cancel(key)
        number = self.link.ask(request, partial(self._take, key, take))
        self._open[key] = _Request(number, Pending(step, expected), outlives)
        if self._timer is None and self._progressed is not _nothing:
            self._timer = self._owner.set_interval(TICK_SECONDS, self._tick)

    def cancel(self, *keys: Key) -> None:
        """Stop requests, if they are open; nothing more is heard of them."""
        for key in keys:
            if request := self._open.pop(key, None):
                self.link.cancel(request.number)

    def cancel_all(self) -> None:
        """Stop every open request."""
        self.cancel(*self._open)

    def close(self) -> None:
        """Stop what is not to outlive its owner, and hear of nothing any more."""
        self.cancel(*(key for key, request in self._open.items() if not request.outlives))
        self._open.clear()
        if self in self.link.watchers:
            self.link.watchers.remove(self)

    def engine_lost(self) -> None:
        """Await nothing any more; the link calls this when the engine has stopped."""
        self._open.clear()
        if self._owner.is_attached:
            self._lost()

    def engine_started(self) -> None:
        """Tell the owner; the link calls this when an engine runs."""
        if self._owner.is_attached:
            self._revived()

    def _take(self, key: Key, take: Handler, reply: messages.Reply) -> None:
        request = self._open.get(key)
        if isinstance(reply, messages.Progress):
            if request:
                request.pending.take(reply)
            call = self._progressed
        else:
            if not isinstance(reply, messages.Interim):
                self._open.pop(key, None)
            call = partial(take, reply)
        if self._owner.is_attached:
            call()

    def _tick(self) -> None:
        if self._open:
            self._progressed()
        elif self._timer:
            self._timer.stop()
            self._timer = None
