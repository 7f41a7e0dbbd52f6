"""Lines and tables whose parts come from data: nothing in them is obeyed by a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from hybrid_tui.cli import output


def say(line: str) -> None:
    """Print a line."""
    typer.echo(safe(line))


def safe(text: str) -> str:
    """Spell out what a terminal would obey: parts of a line may come from data."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: tuple[str, ...]) -> None:
    """Print a table: drawn on a terminal, tab-separated in a pipe."""
    console = output.console()
    drawn = output.table(*columns, numeric=numeric)
    lines = ["\t".join(columns)]
    for row in rows:
        cells = [safe(cell) for cell in row]
        drawn.add_row(*cells)
        lines.append("\t".join(cells))
    if console.is_terminal:
        console.print(drawn)
    else:
        typer.echo("\n".join(lines))
