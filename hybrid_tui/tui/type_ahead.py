"""Type-ahead: each key is handled after all that the key before it has led to."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from textual import events
from textual.app import App
from textual.dom import DOMNode

ROUNDS = 2
PATIENCE_SECONDS = 2.0
"""After which all keys are handed on, whatever the one before them still does."""


class _Follower(NamedTuple):
    """Goes behind a key from queue to queue, so that everything before it there is done."""

    begun_at: DOMNode
    rounds: int


class TypeAheadApp(App[None]):
    """Hands on a key once the one before it has led to all that it leads to; slow lines bring them together.

    Behind each key a follower goes the same way, from what has the focus up to the app, and once more for
    what the key's own handlers have posted; and again while another screen or focus comes of that.
    """

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._behind: _Follower | None = None
        self._patience: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        """Take what is typed in its turn, anything else at once."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            if not self._behind:
                await self._hand_on()
        else:
            await super().on_event(event)

    @property
    def _foremost(self) -> DOMNode:
        """What gets keys first."""
        return self.focused or self.screen

    async def _hand_on(self) -> None:
        if self._typed:
            at = self._foremost
            await super().on_event(self._typed.popleft())
            self._patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._lose_patience)
            self._follow(at, ROUNDS)

    def _follow(self, at: DOMNode, rounds: int) -> None:
        self._behind = _Follower(at, rounds)
        self._climb(self._behind, at)

    def _climb(self, follower: _Follower, at: DOMNode) -> None:
        if not at.call_later(self._reached, follower, at):
            self.call_later(self._reached, follower, self)  # what is being removed takes nothing any more

    async def _reached(self, follower: _Follower, at: DOMNode) -> None:
        if follower is not self._behind:
            return
        if at is not self:
            self._climb(follower, at.parent or self)
        elif (foremost := self._foremost) is not follower.begun_at:
            self._follow(foremost, ROUNDS)
        elif follower.rounds > 1:
            self._follow(foremost, follower.rounds - 1)
        else:
            self._rest()
            await self._hand_on()

    def _rest(self) -> None:
        self._behind = None
        if self._patience:
            self._patience.cancel()

    def _lose_patience(self) -> None:
        self.call_later(self._hand_on_all)

    async def _hand_on_all(self) -> None:
        self._rest()
        while self._typed:
            await super().on_event(self._typed.popleft())
