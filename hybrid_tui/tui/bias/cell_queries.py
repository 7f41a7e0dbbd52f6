"""The dialog that lists the questions behind a heatmap cell, worst first."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import MatrixMeasure
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.filtered_list import QuestionList
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.widgets.field import Field

LIMIT = 300
NUMBER = 8
"""Cells of a figure."""


class CellQueryBrowser(QuestionList):
    """Each question with what one system makes of it, or two; Enter asks it in the search."""

    BINDING_GROUP_TITLE = "Questions of a cell"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "turn", "Other end first", id="cell.turn")]

    def __init__(
        self,
        link: EngineLink,
        data: str,
        systems: tuple[str, ...],
        matrix: Matrix,
        measure: MatrixMeasure,
        row: str,
        column: str,
    ) -> None:
        super().__init__(link)
        self._request = messages.ListCellQueries(
            data=data, systems=systems, measure=measure.name, row=row, column=column, limit=LIMIT
        )
        self._matrix = matrix
        self._measure = measure

    def compose(self) -> ComposeResult:
        """Lay out the cell, what the columns are, filter and list."""
        with Vertical(classes="dialog wide tall"):
            yield Label(self._title(), classes="title", markup=False)
            yield Field(placeholder="filter")
            yield Label(one_line(self._head()), classes="head", markup=False)
            yield OptionList(markup=False)
            yield Label("", classes="hint", markup=False)

    def request(self, text: str) -> messages.ListCellQueries:
        """Ask for those behind the cell."""
        return msgspec.structs.replace(self._request, text=text)

    def take(self, reply: messages.Reply) -> None:
        """Show them with their figures."""
        if isinstance(reply, messages.CellQueryList):
            questions = [query.question for query in reply.queries]
            does = f"asks one · {fill_keys(self, '{cell.turn} other end first')}"
            self.show(questions, map(self._drawn, reply.queries), reply.total, does)

    def action_turn(self) -> None:
        """List the best first, or the worst again."""
        best_first = not self._request.best_first
        self._request = msgspec.structs.replace(self._request, best_first=best_first)
        self.query_one(".title", Label).update(self._title())
        self.ask()

    # --- figures --------------------------------------------------------------------------------------

    def _title(self) -> str:
        asked = self._request
        cell = " → ".join(map(language_name, (asked.row, asked.column)))
        lowest_first = self._measure.lowest_first != asked.best_first
        if len(asked.systems) > 1:
            order = "where the second falls most" if lowest_first else "where the second rises most"
        else:
            order = "lowest first" if lowest_first else "highest first"
        return f"{cell} · {self._matrix.title}, {order}"

    def _head(self) -> str:
        systems, answers = self._request.systems, self._measure.answers
        if len(systems) == 1:
            return f"{systems[0]}: value{', rank of the answer' * answers}"
        columns = f"values, difference{', ranks of the answer' * answers}"
        return f"1 {systems[0]} · 2 {systems[1]}: {columns}"

    def _drawn(self, query: messages.CellQuery) -> Content:
        digits = self._matrix.digits
        numbers = [figure(value, digits, width=NUMBER - 1) for value in query.values]
        if len(query.values) > 1:
            difference = query.values[1] - query.values[0]
            numbers.append(figure(difference, digits, signed=True, width=NUMBER - 1))
        if self._measure.answers:
            numbers += ["–" if rank is None else f"#{rank:,}" for rank in query.ranks]
        cells = "".join(f"{number:>{NUMBER - 1}} " for number in numbers)
        text = one_line(query.question.text, query.question.lang, self.room - len(cells) - 1)
        return Content.assemble((cells, "dim"), " ", text)
