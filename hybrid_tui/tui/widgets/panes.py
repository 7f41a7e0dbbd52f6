"""Up to six panes beside each other; where the screen is too narrow for all, tabs lead to the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.style import Style
from textual.widgets import Static

from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.names import apart
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.pane import Pane

MOST = 6
TAB_EDGES = 5
"""Cells of a tab around the model's name: its edges, the gap, what tells its state."""
NARROWEST = 33
"""Cells that a pane needs, its edge included, to stand beside others."""


class PaneRow(Vertical):
    """Knows which pane is in front: the one that had the focus last.

    linked: whether the panes scroll together.
    """

    BINDING_GROUP_TITLE = "Panes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "go(-1)", "Pane to the left", show=False, id="pane.left"),
        Binding("right,l", "go(1)", "Pane to the right", show=False, id="pane.right"),
    ]
    linked = var(default=False)

    class Arranged(Message):
        """Other panes are in sight."""

    def __init__(self, models: Sequence[str]) -> None:
        super().__init__()
        self._models = models[:MOST]
        self._front: Pane | None = None
        self._beside_base: Pane | None = None
        """The pane that was in front last and is not the first, which the others are compared with."""
        self._place_of_all = (0, 0)
        self._tabs = Static(id="tabs", markup=False)
        self._beside = Horizontal()

    def compose(self) -> ComposeResult:
        """Lay out tabs and panes."""
        yield self._tabs
        with self._beside:
            for model in self._models:
                yield Pane(model)

    @property
    def panes(self) -> list[Pane]:
        """The panes from left to right."""
        return list(self.query(Pane))

    @property
    def front(self) -> Pane:
        """The pane that keys act on."""
        panes = self.panes
        return self._front if self._front in panes else panes[0]

    @property
    def in_sight(self) -> list[Pane]:
        """The panes that do not stand behind others: all, or the first and as many more as fit."""
        base, *others = panes = self.panes
        room = max(self.size.width // NARROWEST, 1)
        if len(panes) <= room:
            return panes
        if room == 1:
            return [self.front]
        at = others.index(self._beside_base) if self._beside_base in others else 0
        start = min(at, len(others) - room + 1)
        return [base, *others[start : start + room - 1]]

    async def add(self, model: str) -> Pane:
        """Open a pane at the right and bring it forward."""
        pane = Pane(model)
        await self._beside.mount(pane)
        self.bring_forward(pane)
        return pane

    async def replace(self, models: Sequence[str]) -> None:
        """Show panes of these models, six at most, the first in front."""
        panes = self.panes
        for pane, model in zip(panes, models, strict=False):
            pane.model = model
        for pane in panes[len(models) :]:
            await pane.remove()
        await self._beside.mount_all(map(Pane, models[len(panes) : MOST]))
        self.bring_forward(self.panes[0])

    async def close_front(self) -> None:
        """Close the pane in front, which must not be the only one; its neighbour comes forward."""
        panes = self.panes
        at = panes.index(self.front)
        neighbour = panes[at - 1] if at else panes[1]
        self.bring_forward(neighbour)
        await panes[at].remove()
        self._place()

    def bring_forward(self, pane: Pane, *, focus: bool = True) -> None:
        """Show a pane, and give it the focus."""
        self._bring(pane)
        if focus:
            pane.take_focus()

    def action_go(self, by: int) -> None:
        """Go to the next pane to the left (-1) or right (1)."""
        panes = self.panes
        self.bring_forward(panes[(panes.index(self.front) + by) % len(panes)])

    def _bring(self, pane: Pane) -> None:
        self._front = pane
        if pane is not self.panes[0]:
            self._beside_base = pane
        self._place()

    def _place(self) -> None:
        panes, shown = self.panes, self.in_sight
        self.set_class(len(shown) < len(panes), "tabbed")
        alone = len(shown) == 1 < len(panes)
        self.set_class(alone, "narrow")
        for pane in panes:
            pane.stack(stacked=alone, behind=pane not in shown)
        self._draw_tabs()
        self._level()
        self.post_message(self.Arranged())

    @on(Pane.HeaderGrown)
    def _level(self) -> None:
        """Let the passages of panes beside each other begin on one line."""
        panes = [pane for pane in self.in_sight if pane.is_mounted]
        lines = max((pane.fact_lines for pane in panes), default=0) if len(panes) > 1 else 0
        for pane in panes:
            pane.level(lines)

    def on_resize(self) -> None:
        """Arrange the panes for the new width."""
        self._place()

    @on(Pane.StateChanged)
    def _tell_state(self) -> None:
        """Tell on the tabs what a pane does."""
        if self.has_class("tabbed"):
            self._draw_tabs()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Bring the pane forward that has the focus, and none that had it when the news set out."""
        pane = next((node for node in event.widget.ancestors if isinstance(node, Pane)), None)
        if pane and self.linked:
            self.call_after_refresh(pane.hits.follow, self._place_of_all)
        if pane and pane is not self._front and event.widget is self.screen.focused:
            self._bring(pane)

    def _draw_tabs(self) -> None:
        """The one in front has its whole name; others what tells them apart where there is no room, cut."""
        panes, front = self.panes, self.front
        names = [pane.model for pane in panes]
        if sum(len(name) + TAB_EDGES for name in names) > self.size.width:
            names = apart(names)
        room = (self.size.width - len(front.model) - TAB_EDGES) // max(len(panes) - 1, 1) - TAB_EDGES
        tabs = []
        for at, (pane, name) in enumerate(zip(panes, names, strict=True)):
            shown = front.model if pane is front else one_line(name, width=room)
            style = "bold $text on $surface-lighten-2" if pane is front else ""
            click = Style.from_meta({"@click": f"screen.front_pane({at})"})
            tabs.append(Content.styled(f" {shown}{pane.state} ", style).stylize(click))
        self._tabs.update(Content(" ").join(tabs), layout=False)

    # --- scrolling together ---------------------------------------------------------------------------

    def watch_linked(self) -> None:
        """Bring all panes to the place of the one in front."""
        if self.linked:
            self._lead(self.front.hits)

    @on(HitList.Moved)
    def _take_along(self, event: HitList.Moved) -> None:
        if self.linked:
            self._lead(event.hits)

    def _lead(self, hits: HitList) -> None:
        self._place_of_all = hits.place
        for pane in self.panes:
            if pane.hits is not hits:
                pane.hits.follow(self._place_of_all)
