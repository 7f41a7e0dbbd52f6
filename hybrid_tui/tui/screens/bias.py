"""Heatmaps by pair of languages: one system, another, and their difference."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer, Static

from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.numbers import figure
from hybrid_tui.engine import protocol
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.screens.pick import Choice, PickOne
from hybrid_tui.tui.widgets.heatmap import Heatmap

GAP = 2
EMPTY = 40
"""Cells of a view that has nothing to show yet."""


class View(Vertical):
    """A heatmap under its name; an empty matrix shows what is said instead."""

    def compose(self) -> ComposeResult:
        """Lay out name, message and heatmap."""
        yield Static(classes="title", markup=False)
        yield Static(classes="notice", markup=False)
        yield Heatmap()

    @property
    def heatmap(self) -> Heatmap:
        """The heatmap."""
        return self.query_one(Heatmap)

    def draw(self, title: str, matrix: Matrix | None, scale: Scale, said: str = "") -> None:
        """Show a matrix, or say why there is none."""
        self.query_one(".title", Static).update(one_line(title))
        self.query_one(".notice", Static).update(one_line(said))
        self.query_one(".notice").display = matrix is None
        self.heatmap.display = matrix is not None
        self.styles.width = Heatmap.width_of(matrix) if matrix else EMPTY
        if matrix is not None:
            self.heatmap.show(matrix, scale)


class BiasScreen(Screen[None]):
    """Asks the engine to measure two systems, and lets one go from cell to cell."""

    BINDING_GROUP_TITLE = "Heatmaps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f9", "dismiss", "Back", id="bias.back"),
        Binding("f2,m", "matrix", "Matrix", id="bias.matrix"),
        Binding("tab,v", "view", "View", id="bias.view"),
        Binding("f4,a", "choose(0)", "First model", id="bias.first"),
        Binding("f5,b", "choose(1)", "Second model", id="bias.second"),
    ]

    def __init__(self, link: Link, data: str, systems: list[str], choices: list[str]) -> None:
        super().__init__()
        self._link = link
        self._data = data
        self._systems = systems[:2]
        self._choices = choices
        self._found: dict[str, dict[str, Matrix]] = {}
        self._said: dict[str, str] = {}
        self._asked: dict[str, int] = {}
        self._matrix = ""
        self._turned = 0

    def compose(self) -> ComposeResult:
        """Lay out the title, three heatmaps, the cell in words, and the keys."""
        yield Static(id="what", markup=False)
        with Horizontal(id="views"):
            for _ in range(3):
                yield View()
        yield Static(id="cell", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Ask for what is to be shown."""
        self._ask()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        for request in self._asked.values():
            self._link.cancel(request)

    def _ask(self) -> None:
        for system in self._systems:
            if system not in self._found and system not in self._asked:
                self._said[system] = "measuring"
                request = protocol.Measure(data=self._data, system=system)
                self._asked[system] = self._link.ask(request, partial(self._take, system))
        self._draw()

    def _take(self, system: str, reply: protocol.Reply) -> None:
        match reply:
            case protocol.Progress():
                share = f" {reply.done:,}/{reply.total:,}" if reply.total else ""
                self._said[system] = f"{reply.step}{share}"
            case protocol.Failure():
                del self._asked[system]
                self._said[system] = f"✗ {reply.message} {reply.hint}"
            case protocol.Measured():
                del self._asked[system]
                self._found[system] = reply.matrices
                self._matrix = self._matrix or next(iter(reply.matrices), "")
            case _:
                return
        if self.is_attached:
            self._draw()

    # --- drawing --------------------------------------------------------------------------------------

    def _draw(self) -> None:
        matrices = [self._found.get(system, {}).get(self._matrix) for system in self._systems]
        known = [matrix for matrix in matrices if matrix]
        scale = Scale.of(*known)
        shown: list[tuple[str, Matrix | None, Scale, str]] = [
            (system, matrix, scale, self._said.get(system, ""))
            for system, matrix in zip(self._systems, matrices, strict=True)
        ]
        if len(self._systems) == 2:
            shown.append(self._difference(matrices))
        turned = [shown[(at + self._turned) % len(shown)] for at in range(len(shown))]
        title = known[0].title if known else ""
        axes = f" · rows: {known[0].row_axis}, columns: {known[0].column_axis}" if known else ""
        self.query_one("#what", Static).update(one_line(f"{self._data} · {title}{axes}"))
        room = self._room(known)
        for at, view in enumerate(self.query(View)):
            view.display = at < min(len(turned), room)
            if view.display:
                view.draw(*turned[at])
        self._tell()

    def _difference(self, matrices: list[Matrix | None]) -> tuple[str, Matrix | None, Scale, str]:
        title = " − ".join(reversed(self._systems))
        first, second = matrices
        if first is None or second is None:
            return title, None, Scale(0, 1), ""
        try:
            difference = second.minus(first)
        except UsageError as error:
            return title, None, Scale(0, 1), f"✗ {error}"
        return title, difference, Scale.of(difference, diverging=True), ""

    def _room(self, matrices: list[Matrix]) -> int:
        """Return how many heatmaps fit beside each other, at least 1."""
        width = max((Heatmap.width_of(matrix) for matrix in matrices), default=EMPTY) + GAP
        return max(self.size.width // width, 1)

    def _tell(self) -> None:
        """Tell the cell under the cursor in words, for each system."""
        heatmap = next((view.heatmap for view in self.query(View) if view.display), None)
        known = [
            (system, matrix)
            for system in self._systems
            if (matrix := self._found.get(system, {}).get(self._matrix)) is not None
        ]
        words = ""
        if heatmap and known:
            row, column = heatmap.row, heatmap.column
            matrix = known[0][1]
            names = [language_name(code) for code in (matrix.rows[row], matrix.columns[column])]
            values = [matrix.values[row][column] for _, matrix in known]
            told = [
                f"{system} {figure(value, matrix.digits)}"
                for (system, matrix), value in zip(known, values, strict=True)
            ]
            if len(values) == 2 and None not in values:
                told.append(figure(values[1] - values[0], matrix.digits, signed=True))  # type: ignore[operator]
            words = f"{' → '.join(names)} · {' · '.join(told)} · n = {matrix.counts[row][column]:,}"
        self.query_one("#cell", Static).update(one_line(words))

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many heatmaps as fit."""
        self._draw()

    def on_heatmap_moved(self, event: Heatmap.Moved) -> None:
        """Keep the cursors of all heatmaps on the same cell."""
        for view in self.query(View):
            view.heatmap.follow(event.heatmap)
        self._tell()

    # --- choosing -------------------------------------------------------------------------------------

    def action_matrix(self) -> None:
        """Show the next kind of matrix."""
        names = list(next(iter(self._found.values()), {}))
        if names:
            self._matrix = names[(names.index(self._matrix) + 1) % len(names)]
            self._draw()

    def action_view(self) -> None:
        """Turn to the next system, or the difference."""
        self._turned = (self._turned + 1) % (3 if len(self._systems) == 2 else 1)
        self._draw()

    def action_choose(self, at: int) -> None:
        """Choose the first system (0) or the second (1)."""
        current = self._systems[at] if at < len(self._systems) else ""
        choices = [Choice(name, name) for name in self._choices]
        self.app.push_screen(PickOne("Model", choices, current), partial(self._chosen, at))

    def _chosen(self, at: int, system: str | None) -> None:
        if system:
            self._systems[at : at + 1] = [system]
            self._ask()
