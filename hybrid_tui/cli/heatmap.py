"""A matrix on the terminal: numbers on colours, or aligned numbers where there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, zip_longest

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.style import Style
from rich.text import Text

from hybrid_tui.cli import output
from hybrid_tui.comparison.cell_certainty import MARK, MARK_MEANS
from hybrid_tui.comparison.colormap import DEFAULT, Rgb, Scale
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import MEAN, Means
from hybrid_tui.comparison.number_format import ABSENT, NOTHING, figure, shared_digits
from hybrid_tui.tui.render.paint import Paint, pair_of

NARROW = 5
"""Characters of a number where room is short: 11 languages fit in 80 columns."""
BAR = 16

Value = float | None
Marks = frozenset[tuple[int, int]]
Painter = Callable[[Rgb], Style]


def show(
    matrices: Sequence[Matrix],
    names: Sequence[str],
    *,
    diverging: bool = False,
    colours: str = DEFAULT,
    marks: Sequence[Marks] = (),
) -> None:
    """Print matrices on one scale, each under its name; `diverging` for differences.

    marks: of each, the rows and columns of its significant cells.
    """
    scale = Scale.of(*matrices, diverging=diverging, colours=colours)
    marked = marks or [frozenset()] * len(matrices)
    for matrix, name, cells in zip(matrices, names, marked, strict=True):
        output.console().print(HeatmapTable(matrix, scale, name, cells))


@dataclass(frozen=True)
class HeatmapTable:
    """A Rich renderable of one matrix on a scale, with the means of rows and columns.

    A mean leaves out the cell whose row and column are the same language: what is monolingual is no part
    of a cross-lingual mean. Columns for which there is no room follow below.
    """

    matrix: Matrix
    scale: Scale
    name: str = ""
    marks: Marks = frozenset()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Yield the lines, no wider than asked for as long as one column fits."""
        matrix = self.matrix
        paint = _painter(console, self.scale)
        yield Text(f"{self.name}: {matrix.title}" if self.name else matrix.title, "bold")
        yield Text(f"rows: {matrix.row_axis}, columns: {matrix.column_axis}")
        layout = self._layout(options.max_width)
        for first in range(0, len(matrix.columns), layout.columns):
            yield from self._block(layout, paint, first)
            yield Text()
        yield self._legend(layout, paint)
        yield Text()

    @cached_property
    def means(self) -> Means:
        """The means of rows and columns."""
        return Means.of(self.matrix)

    def _layout(self, room: int) -> _Layout:
        """Return the roomiest layout that holds all columns, else the tightest."""
        matrix, signed = self.matrix, self.scale.diverging
        numbers = [*chain(*matrix.values), *self.means.rows, *self.means.columns]
        longest = max(len(figure(number, matrix.digits, signed=signed)) for number in (*numbers, None))
        labels = max(map(cell_len, (*matrix.rows, MEAN)))
        names = max(map(cell_len, (*matrix.columns, MEAN)))
        columns = max(1, len(matrix.columns))

        def fitting(width: int, pad: int) -> int:
            return max(1, (room - labels - width - 2) // (width + pad))

        widths = [max(width, names) for width in (longest, min(longest, NARROW))]
        width = next((width for width in widths if fitting(width, 1) >= columns), widths[-1])
        blocks = -(-columns // fitting(width, 1))
        abreast = -(-columns // blocks)
        pad = 2 if fitting(width, 2) >= abreast else 1
        digits = shared_digits(numbers, matrix.digits, signed=signed, width=width)
        return _Layout(labels, width, pad, abreast, digits, signed)

    def _block(self, layout: _Layout, paint: Painter | None, first: int) -> Iterator[Text]:
        """Yield header, rows and means of the columns from `first`; row means stand in the last block."""
        matrix = self.matrix
        chosen = slice(first, first + layout.columns)
        means = self.means.rows if chosen.stop >= len(matrix.columns) else []
        yield layout.line("", map(layout.cell, matrix.columns[chosen]), MEAN if means else "")
        numbers = map(layout.number, means)
        for row, (label, cells, mean) in enumerate(zip_longest(matrix.rows, matrix.values, numbers)):
            painted = (
                layout.cell(layout.number(cell), self._style(cell, paint), marked=(row, at) in self.marks)
                for at, cell in enumerate(cells[chosen], first)
            )
            yield layout.line(label, painted, mean or "")
        bottom = map(layout.number, self.means.columns[chosen])
        yield layout.line(MEAN, map(layout.cell, bottom), "")

    def _style(self, cell: Value, paint: Painter | None) -> Style:
        return Style() if cell is None or paint is None else paint(self.scale.colour(cell))

    def _legend(self, layout: _Layout, paint: Painter | None) -> Text:
        """Return the ends of the scale, the colours between them, and what mean and absent cells are."""
        values = list(chain(*self.matrix.values))
        if not any(value is not None for value in values):
            return Text(f"{ABSENT} {NOTHING}")
        low, high = map(layout.number, (self.scale.low, self.scale.high))
        bar = [(" ", paint(colour)) for colour in self.scale.ramp(BAR)] if paint else ["to"]
        legend = Text.assemble("scale ", low, " ", *bar, " ", high)
        if set(self.matrix.rows) & set(self.matrix.columns):
            legend.append(f"  {MEAN}: other languages")
        if self.marks:
            legend.append(f"  {MARK} {MARK_MEANS} (Holm)")
        if None in values:
            legend.append(f"  {ABSENT} {NOTHING}")
        return legend


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of a line stand, in terminal cells, and how its numbers are written.

    labels, width: the room of a row's name and of a number; pad: the blanks that go with each number.
    columns: those that stand side by side.
    """

    labels: int
    width: int
    pad: int
    columns: int
    digits: int
    signed: bool

    def number(self, value: Value) -> str:
        """Return a value as short as its cell."""
        return figure(value, self.digits, signed=self.signed, width=self.width)

    def cell(self, text: str, style: Style | None = None, *, marked: bool = False) -> Text:
        """Return a text at the right of its cell, a mark behind it where it has one."""
        blanks = " " * (self.width - cell_len(text) + self.pad - 1)
        return Text(blanks + text + (MARK if marked else " "), style or "")

    def line(self, label: str, cells: Iterable[Text], mean: str) -> Text:
        """Return a line that is cut, not wrapped, where the terminal is too narrow for it."""
        line = Text(set_cell_size(label, self.labels) + " ", no_wrap=True, overflow="crop")
        for cell in cells:
            line.append_text(cell)
        line.append_text(self.cell(mean))
        line.rstrip()
        return line


def _painter(console: Console, scale: Scale) -> Painter | None:
    """Return what makes a colour the background of readable ink, None where there are too few colours."""
    if console.no_color or console.color_system not in {"256", "truecolor"}:
        return None

    kind = Paint(console.color_system)

    def paint(rgb: Rgb) -> Style:
        front, back = pair_of(scale, rgb, kind)
        return Style(color=front, bgcolor=back)

    return paint
