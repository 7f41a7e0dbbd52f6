"""One model's answer: its name, what is going on, its ranked passages."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine import protocol
from hybrid_tui.tui.widgets.hit_list import HitList

TICK_SECONDS = 0.25


class Pane(Vertical):
    """Shows the newest request's state and drops replies to older ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_pane(-1)", "Pane to the left", show=False),
        Binding("right", "app.focus_pane(1)", "Pane to the right", show=False),
    ]

    class ModelWanted(Message):
        """The header was clicked: the person wants another model here."""

        def __init__(self, pane: Pane) -> None:
            self.pane = pane
            super().__init__()

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model
        self.request = 0
        self.ranking: Ranking | None = None
        self._since: float | None = None
        self._step = ""

    def compose(self) -> ComposeResult:
        """Lay out header, message and list."""
        yield Static(classes="header", markup=False)
        yield Static(classes="message", markup=False)
        yield HitList()

    def on_mount(self) -> None:
        """Start with an empty list."""
        self._timer = self.set_interval(TICK_SECONDS, self._tick, pause=True)
        self._head()
        self.say("", "type a query and press Enter")

    @property
    def hits(self) -> HitList:
        """The list."""
        return self.query_one(HitList)

    def wait(self, request: int) -> None:
        """Begin to wait for the answer to a request; whatever answers older ones is stale now."""
        self.request = request
        self._since = time.monotonic()
        self._step = "searching"
        self._timer.resume()
        self._tick()

    def take(self, reply: protocol.Reply) -> None:
        """Take what the engine says, unless it answers a request that is no longer the newest."""
        if reply.id != self.request:
            return
        match reply:
            case protocol.Progress():
                share = f" {reply.done:,}/{reply.total:,}" if reply.total else ""
                self._step = f"{reply.step}{share}"
                self._tick()
            case protocol.Found():
                self._stop()
                self._show(reply.ranking)
            case protocol.Failure(cancelled=True):
                self.say("cancelled", "press Enter in the query to search again")
            case protocol.Failure():
                self.say(f"✗ {reply.message}", reply.hint, error=True)
            case _:
                pass

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._since is not None

    def say(self, what: str, hint: str = "", *, error: bool = False) -> None:
        """Show a message in place of passages."""
        self._stop()
        self.ranking = None
        self._head()
        self.hits.display = False
        self.set_class(error, "failed")
        text = Content("\n").join([Content(part) for part in (what, hint) if part])
        self._message(text)

    def _show(self, ranking: Ranking) -> None:
        if not ranking.hits:
            self.say("no passages", "choose passage languages with F4")
            return
        self.ranking = ranking
        self.remove_class("failed")
        self._message(None)
        self.hits.display = True
        self.hits.show(ranking.hits)
        milliseconds = 1000 * sum(ranking.seconds.values())
        relevant = [hit.rank for hit in ranking.hits if hit.relevant]
        marked = ranking.hits[0].relevant is not None
        found = f" · {len(relevant)} relevant in top {len(ranking.hits)}" if marked else ""
        self._head(f"{milliseconds:.0f} ms{found}")

    def _stop(self) -> None:
        self._since = None
        self._timer.pause()

    def _tick(self) -> None:
        if self._since is not None:
            elapsed = time.monotonic() - self._since
            told = f" {elapsed:.0f} s" if elapsed >= 1 else ""
            self._head(f"{self._step}{told}")

    def _head(self, detail: str = "") -> None:
        head = Content.assemble((self.model, "bold"), f"  {detail}")
        self.query_one(".header", Static).update(head)

    def _message(self, text: Content | None) -> None:
        message = self.query_one(".message", Static)
        message.display = text is not None
        message.update(text or "")

    def on_click(self) -> None:
        """Ask for another model when the header is clicked."""
        if self.query_one(".header").is_mouse_over:
            self.post_message(self.ModelWanted(self))
