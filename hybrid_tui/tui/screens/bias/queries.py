"""The questions behind a cell, worst first, to choose one of."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.measures import Measure
from hybrid_tui.comparison.numbers import figure
from hybrid_tui.engine import protocol
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.widgets.field import Field

LIMIT = 300
PAUSE_SECONDS = 0.15
NUMBER = 8
"""Cells of a figure."""


class CellQueries(ModalScreen[protocol.Question | None]):
    """Each question with what one system makes of it, or two; Enter asks it in the search, Esc goes back."""

    BINDING_GROUP_TITLE = "Questions of a cell"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="cell.back"),
        Binding("down", "move(1)", "Down", show=False, id="cell.down"),
        Binding("up", "move(-1)", "Up", show=False, id="cell.up"),
        Binding("pagedown", "move(10)", "Ten down", show=False, id="cell.ten_down"),
        Binding("pageup", "move(-10)", "Ten up", show=False, id="cell.ten_up"),
    ]

    def __init__(
        self,
        link: Link,
        data: str,
        systems: tuple[str, ...],
        matrix: Matrix,
        measure: Measure,
        row: str,
        column: str,
    ) -> None:
        super().__init__()
        self._link = link
        self._request = protocol.ListCellQueries(
            data=data, systems=systems, measure=measure.name, row=row, column=column, limit=LIMIT
        )
        self._matrix = matrix
        self._measure = measure
        self._newest = 0
        self._queries: tuple[protocol.CellQuery, ...] = ()
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the cell, what the columns are, filter and list."""
        asked = self._request
        cell = " → ".join(map(language_name, (asked.row, asked.column)))
        with Vertical(classes="dialog wide tall"):
            yield Label(f"{cell} · {self._matrix.title}, {self._order()}", classes="title", markup=False)
            yield Field(placeholder="filter")
            yield Label(one_line(self._head()), classes="head", markup=False)
            yield OptionList(markup=False)
            yield Label("", classes="hint", markup=False)

    def on_mount(self) -> None:
        """List all."""
        self._list()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        self._link.cancel(self._newest)

    def on_screen_resume(self) -> None:
        """Notice that the engine has stopped meanwhile."""
        if self._newest and not self._queries and not self._link.waits(self._newest):
            self._tell("✗ the engine has stopped · Esc back")

    def on_input_changed(self) -> None:
        """Ask anew once typing pauses."""
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._list)

    def on_input_submitted(self) -> None:
        """Choose the highlighted question."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the question."""
        self.dismiss(self._queries[event.option_index].question)

    def action_move(self, by: int) -> None:
        """Move in the list while the filter has the focus."""
        options = self.query_one(OptionList)
        if options.option_count:
            at = (options.highlighted or 0) + by
            options.highlighted = min(max(at, 0), options.option_count - 1)

    def _list(self) -> None:
        self._link.cancel(self._newest)
        text = self.query_one(Field).value.strip()
        self._newest = self._link.ask(msgspec.structs.replace(self._request, text=text), self._take)
        self._tell("listing…")

    def _take(self, reply: protocol.Reply) -> None:
        if not self.is_attached:
            return
        match reply:
            case protocol.Failure():
                self._tell(f"✗ {reply.message} {reply.hint}")
            case protocol.CellQueries():
                self._queries = reply.queries
                options = self.query_one(OptionList)
                options.clear_options()
                options.add_options(Option(self._drawn(query)) for query in reply.queries)
                options.highlighted = 0 if reply.queries else None
                count = len(reply.queries)
                shown = f"the first {count:,} of {reply.total:,}" if reply.total > count else f"{count:,}"
                self._tell(f"{shown} questions · Enter asks one in the search · Esc back")
            case protocol.Progress():
                self._tell(f"{reply.step}…")
            case _:
                pass

    def _tell(self, words: str) -> None:
        self.query_one(".hint", Label).update(one_line(words))

    # --- figures --------------------------------------------------------------------------------------

    def _order(self) -> str:
        if len(self._request.systems) > 1:
            return (
                "where the second falls behind" if self._measure.higher_is_better else "where it rises most"
            )
        return "lowest first" if self._measure.lowest_first else "highest first"

    def _head(self) -> str:
        systems, answers = self._request.systems, self._measure.answers
        if len(systems) == 1:
            return f"{systems[0]}: value{', rank of the answer' * answers}"
        columns = f"values, difference{', ranks of the answer' * answers}"
        return f"1 {systems[0]} · 2 {systems[1]}: {columns}"

    def _drawn(self, query: protocol.CellQuery) -> Content:
        digits = self._matrix.digits
        numbers = [figure(value, digits, width=NUMBER - 1) for value in query.values]
        if len(query.values) > 1:
            difference = query.values[1] - query.values[0]
            numbers.append(figure(difference, digits, signed=True, width=NUMBER - 1))
        if self._measure.answers:
            numbers += ["–" if rank is None else f"#{rank:,}" for rank in query.ranks]
        cells = "".join(f"{number:>{NUMBER - 1}} " for number in numbers)
        return Content.assemble((cells, "dim"), " ", one_line(query.question.text, query.question.lang))
