"""Lines and tables whose parts come from data: each stays on its line and in its cell."""

from __future__ import annotations

from collections.abc import Sequence

from hybrid_tui.cli import output
from hybrid_tui.controls import one_line


def say(line: str) -> None:
    """Print a line."""
    output.line(one_line(line))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: tuple[str, ...]) -> None:
    """Print a table: drawn on a terminal, tab-separated in a pipe."""
    console = output.console()
    drawn = output.table(*columns, numeric=numeric)
    lines = ["\t".join(columns)]
    for row in rows:
        cells = [one_line(cell) for cell in row]
        drawn.add_row(*cells)
        lines.append("\t".join(cells))
    if console.is_terminal:
        console.print(drawn)
    else:
        output.line("\n".join(lines))
