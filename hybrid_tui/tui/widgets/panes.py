"""Up to six panes beside each other, or behind each other with tabs where the screen is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.names import apart
from hybrid_tui.tui.widgets.pane import Pane

MOST = 6
TAB_EDGES = 5
"""Cells of a tab around the model's name: its edges, the gap, what tells its state."""
NARROWEST = 40
"""Cells that a pane needs, its edge included, to stand beside others."""


class PaneRow(Vertical):
    """Knows which pane is in front: the one that had the focus last."""

    def __init__(self, models: list[str]) -> None:
        super().__init__()
        self._models = models[:MOST]
        self._front: Pane | None = None

    def compose(self) -> ComposeResult:
        """Lay out tabs and panes."""
        yield Static(id="tabs", markup=False)
        with Horizontal():
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
    def narrow(self) -> bool:
        """Whether the panes stand behind each other."""
        return 1 < len(self.panes) > self.size.width // NARROWEST

    async def add(self, model: str) -> Pane:
        """Open a pane at the right and bring it forward."""
        pane = Pane(model)
        await self.query_one(Horizontal).mount(pane)
        self.bring_forward(pane)
        return pane

    async def replace(self, models: Sequence[str]) -> None:
        """Show panes of these models, six at most, the first in front."""
        panes = self.panes
        for pane, model in zip(panes, models, strict=False):
            pane.model = model
        for pane in panes[len(models) :]:
            await pane.remove()
        await self.query_one(Horizontal).mount_all(map(Pane, models[len(panes) : MOST]))
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
        self._front = pane
        self._place()
        if focus:
            pane.take_focus()

    def go(self, by: int) -> None:
        """Go to the next pane to the left (-1) or right (1)."""
        panes = self.panes
        self.bring_forward(panes[(panes.index(self.front) + by) % len(panes)])

    def _place(self) -> None:
        narrow, front = self.narrow, self.front
        self.set_class(narrow, "narrow")
        for pane in self.panes:
            pane.stack(stacked=narrow, behind=narrow and pane is not front)
        self._draw_tabs()
        self._level()

    def on_pane_header_grown(self) -> None:
        """Keep the panes level."""
        self._level()

    def _level(self) -> None:
        """Let the passages of panes beside each other begin on one line."""
        panes = [pane for pane in self.panes if pane.is_mounted]
        lines = 0 if self.narrow else max((pane.fact_lines for pane in panes), default=0)
        for pane in panes:
            pane.level(lines)

    def on_resize(self) -> None:
        """Arrange the panes for the new width."""
        self._place()

    def on_pane_state_changed(self) -> None:
        """Tell it on the tabs."""
        if self.narrow:
            self._draw_tabs()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Bring the pane forward that has the focus, and none that had it when the news set out."""
        pane = next((node for node in event.widget.ancestors if isinstance(node, Pane)), None)
        if pane and pane is not self._front and event.widget is self.screen.focused:
            self._front = pane
            self._place()

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
        self.query_one("#tabs", Static).update(Content(" ").join(tabs), layout=False)
