"""Lines and tables whose parts come from data: each stays on its line and in its cell."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from hybrid_tui.cli import output
from hybrid_tui.controls import one_line

NARROWEST = 16
"""Columns that a column of words has at least, where it is not shorter."""


def say(line: str) -> None:
    """Print a line."""
    output.line(one_line(line))


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: tuple[str, ...],
    name: str = "",
    spare: tuple[str, ...] = (),
    heads: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Print a table: drawn on a terminal, tab-separated in a pipe.

    name: a column that is never broken, since it is copied. Where the others then have no room, those in
    `spare` are left out; where that does not help, each row is its name, and below what is told of it.
    heads: what columns are called where they are drawn, if not by their names.
    """
    console = output.console()
    table = [dict(zip(columns, map(one_line, row), strict=True)) for row in rows]
    if not console.is_terminal:
        output.line("\n".join("\t".join(line) for line in [columns, *(line.values() for line in table)]))
        return
    left = [each for each in columns if each not in spare]
    for shown in (columns, left):
        if not name or _width(shown, table, {name, *numeric}, heads) <= console.width:
            numbers = tuple(heads.get(each, each) for each in numeric)
            drawn = output.table(*(heads.get(each, each) for each in shown), numeric=numbers, whole=(name,))
            for line in table:
                drawn.add_row(*(line[each] for each in shown))
            console.print(drawn)
            return
    for line in table:
        _print_apart(line, name)


def _width(
    columns: Sequence[str], table: Sequence[Mapping[str, str]], whole: set[str], heads: Mapping[str, str]
) -> int:
    """Return how wide a table is whose columns but those in `whole` are as narrow as can be read."""
    from rich.cells import cell_len

    width = 2 * len(columns)
    for column in columns:
        cells = [*heads.get(column, column).split("\n"), *(line[column] for line in table)]
        width += min(max(map(cell_len, cells)), sys.maxsize if column in whole else NARROWEST)
    return width


def _print_apart(line: Mapping[str, str], name: str) -> None:
    from rich.padding import Padding

    output.line(line[name])
    told = " · ".join(f"{column} {cell}" for column, cell in line.items() if cell and column != name)
    if told:
        output.console().print(Padding(told, (0, 0, 0, 2)))
