"""An app in which one may type ahead: each key finds what the one before it has opened."""

from __future__ import annotations

import asyncio
from collections import deque

from textual import events, on
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

ROUNDS = 2
PATIENCE_SECONDS = 0.5
"""After which all keys are handed on, whatever the one before them still does."""


class TypeAheadApp(App[None]):
    """Hands on a key once the one before it has led to all that it leads to; slow lines bring them together.

    Behind each key a message goes the same way, from what has the focus up to the app, and once more for
    what the key's own handlers have posted; and again while another screen or focus comes of that.
    """

    class Passed(Message):
        """Everything that was posted before is done."""

        def __init__(self, begun_at: MessagePump, rounds: int) -> None:
            self.begun_at = begun_at
            self.rounds = rounds
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._behind: TypeAheadApp.Passed | None = None
        self._patience: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        """Take what is typed in its turn, anything else at once."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            if not self._behind:
                await self._hand_on()
        else:
            await super().on_event(event)

    async def _hand_on(self) -> None:
        if self._typed:
            at = self._foremost
            await super().on_event(self._typed.popleft())
            self._patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._lose_patience)
            self._follow(at, ROUNDS)

    @property
    def _foremost(self) -> MessagePump:
        """What gets keys first."""
        return self.focused or self.screen

    def _follow(self, at: MessagePump, rounds: int) -> None:
        self._behind = self.Passed(at, rounds)
        at.post_message(self._behind)

    @on(Passed)
    async def _go_on(self, passed: Passed) -> None:
        if passed is not self._behind:
            return
        at = self._foremost
        if at is not passed.begun_at:
            self._follow(at, ROUNDS)
        elif passed.rounds > 1:
            self._follow(at, passed.rounds - 1)
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
