"""The link to the engine: hands each reply to whoever sent the request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from hybrid_tui.engine import messages
from hybrid_tui.engine.client import EngineLost

NO_ENGINE = "the engine is not running: Esc, then Enter in the query starts it"

Handler = Callable[[messages.Reply], None]
Deliver = Callable[[messages.Reply | EngineLost], None]


class Engine(Protocol):
    """What the app needs of `EngineClient`."""

    @property
    def alive(self) -> bool:
        """Whether an engine runs."""

    async def start(self) -> None:
        """Start the engine, or start it again."""

    def send(self, request: messages.Message) -> int:
        """Send a request; returns its number."""

    async def close(self) -> None:
        """End the engine."""

    def kill(self) -> None:
        """End the engine at once."""


MakeEngine = Callable[[Deliver], Engine]


class Watcher(Protocol):
    """Who wants to know when the engine stops and starts."""

    def engine_lost(self) -> None:
        """Be told that it has stopped, and with it what it was asked."""

    def engine_started(self) -> None:
        """Be told that one runs."""


class EngineLink:
    """Hands each reply to the handler of its request; replies that nobody waits for any more are dropped."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.watchers: list[Watcher] = []
        self._handlers: dict[int, Handler] = {}

    async def start(self) -> None:
        """Start the engine, or start it again; what an earlier one was asked is forgotten."""
        self.forget()
        await self.engine.start()
        if self.engine.alive:
            for each in tuple(self.watchers):
                each.engine_started()

    def ask(self, request: messages.Request[Any], handler: Handler) -> int:
        """Send a request; returns its number. `handler` gets every reply, or that there is no engine."""
        number = self.engine.send(request)
        self._handlers[number] = handler
        if not self.engine.alive:
            gone = messages.Failure(id=number, message=NO_ENGINE)
            asyncio.get_running_loop().call_soon(self.take, gone)
        return number

    def cancel(self, number: int) -> None:
        """Stop a request, if it is under way; nothing more is heard of it."""
        if self._handlers.pop(number, None):
            self.engine.send(messages.Cancel(target=number))

    def waits(self, number: int) -> bool:
        """Tell whether a reply to a request is still to come."""
        return number in self._handlers

    def take(self, reply: messages.Reply) -> None:
        """Hand a reply over."""
        handler = self._handlers.get(reply.id)
        if not isinstance(reply, messages.Interim):
            self._handlers.pop(reply.id, None)
        if handler:
            handler(reply)

    def forget(self) -> None:
        """Wait for nothing any more: the engine that was asked is gone."""
        self._handlers.clear()
        for each in tuple(self.watchers):
            each.engine_lost()
