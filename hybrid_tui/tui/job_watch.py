"""The jobs of this user as the engine sees them, followed for as long as the app runs."""

from __future__ import annotations

from collections.abc import Callable

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink

Jobs = tuple[messages.Job, ...]


class JobWatch:
    """Follows all jobs; `changed` gets them, the latest first, and nothing while no engine runs."""

    def __init__(self, link: EngineLink, changed: Callable[[Jobs], None]) -> None:
        self._link = link
        self._changed = changed
        link.watchers.append(self)

    def engine_started(self) -> None:
        """Follow them; the link calls this when an engine runs."""
        self._link.ask(messages.FollowJobs(), self._take)

    def engine_lost(self) -> None:
        """Know nothing of them; the link calls this when the engine has stopped."""
        self._changed(())

    def _take(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.JobList):
            self._changed(reply.jobs)
