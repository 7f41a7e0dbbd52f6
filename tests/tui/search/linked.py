"""An engine that a test plays, without an app: replies come when the test says so."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.search_request import SearchRequest

from ..conftest import CODES, FakeEngine, asked

ASKED = SearchRequest("starter", "Question 1 in en?", asked(1, "en"))


class Linked:
    """The link to it, and what asks: attached, and without a clock."""

    is_attached = True

    def __init__(self) -> None:
        self._replies: deque[messages.Reply] = deque()
        self.engine = FakeEngine(self._replies.append)
        self.engine.alive = True
        self.link = EngineLink(self.engine)

    def set_interval(self, interval: float, callback) -> None:
        """Let nobody be called: a test has no time."""

    def deliver(self, *replies: messages.Reply) -> None:
        """Hand over what the engine has replied, and these."""
        self._replies += replies
        while self._replies:
            self.link.take(self._replies.popleft())


def found(model: str, request: SearchRequest = ASKED, order: str = "") -> messages.Found:
    """What the engine answers; `order` are the languages of its passages, best first."""
    engine = FakeEngine(lambda _: None)
    engine.orders = {model: order}
    return messages.Found(id=0, ranking=engine.ranking(request.of(model)), pool=dict.fromkeys(CODES, 120))


def pane(model: str, order: str = "", *, busy: bool = False) -> SimpleNamespace:
    """What parts of the screen look at of a pane that shows an answer."""
    return SimpleNamespace(model=model, busy=busy, ranking=found(model, order=order).ranking)


BASE, OTHER = found("me5-small", order="ar de el en"), found("use-m3", order="de ar el th")
"""Two answers: the second has moved the first two passages, and has another one in place of the last."""
