"""Loading models in the background, so that typed queries need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink


class Preloader:
    """Asks once for each model, the first of a system; `changed` is called when a state has changed."""

    def __init__(self, link: EngineLink, changed: Callable[[], None]) -> None:
        self._link = link
        self._changed = changed
        self._since: dict[str, float] = {}
        self._failed: dict[str, str] = {}
        self._ready: dict[str, None] = {}

    def warm(self, system: str) -> None:
        """Have the models of a system loaded, unless that has been asked for."""
        model = system.partition("+")[0]
        if model in self._since or model in self._ready:
            return
        self._since[model] = time.monotonic()
        self._failed.pop(model, None)

        def told(reply: messages.Reply) -> None:
            if isinstance(reply, messages.Done):
                self._ready[model] = None
            elif isinstance(reply, messages.Failure):
                self._failed[model] = reply.message
            else:
                return
            self._since.pop(model, None)
            self._changed()

        self._link.ask(messages.Warm(system=system), told)
        self._changed()

    def forget(self) -> None:
        """Begin anew: the engine that knew them is gone."""
        self._since.clear()
        self._ready.clear()
        self._failed.clear()

    def words(self, shown: Collection[str]) -> str:
        """Say in a few words whether typed queries are answered at once by the models that are shown."""
        since = {model: when for model, when in self._since.items() if model in shown}
        if since:
            return f"loading {_names(since)} {time.monotonic() - min(since.values()):.0f} s"
        if failed := [model for model in self._failed if model in shown]:
            return f"✗ {', '.join(failed)}"
        ready = {model for model in self._ready if model in shown}
        return f"{_names(ready)} loaded" if ready else ""


def _names(models: Collection[str]) -> str:
    """Return the name of one model, the number of several."""
    return next(iter(models)) if len(models) == 1 else f"{len(models)} models"
