"""The state of the engine itself."""

from __future__ import annotations

from hybrid_tui.engine.messages.base import Reply, Request


class Status(Reply, frozen=True):
    """The engine's process: resident memory in bytes, and the models whose encoder is loaded."""

    pid: int
    memory: int
    loaded: tuple[str, ...]


class GetStatus(Request[Status], frozen=True):
    """Tell how the engine is."""
