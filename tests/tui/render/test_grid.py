"""Every line of a heatmap is as wide as it says, whatever is drawn for colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.colormap import SHADES, Scale, contrast
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.tui.render.grid import Grid
from hybrid_tui.tui.render.paint import Paint

CODES = ("ar", "de", "zh-Hant")
CELLS = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=9, max_size=9)


def square(cells: list[float | None], digits: int = 3) -> Matrix:
    values = tuple(tuple(cells[3 * row : 3 * row + 3]) for row in range(3))
    return Matrix("x", CODES, CODES, values, tuple(tuple(map(bool, row)) for row in values), digits=digits)


@given(CELLS, st.sampled_from(Paint), st.booleans(), st.sampled_from([0, 1, 3]))
def test_columns_are_equally_wide(
    cells: list[float | None], paint: Paint, diverging: bool, digits: int
) -> None:
    matrix = square(cells, digits)
    grid = Grid(matrix, Scale.of(matrix, diverging=diverging), paint, frozenset({(0, 1)}))
    for row in range(3):
        assert [len(cell.text) for cell in grid.cells[row]] == [grid.cell] * 3
        line = grid.labels + sum(len(cell.text) for cell in grid.cells[row]) + len(grid.row_mean(row))
        assert line == grid.width
    assert [len(grid.head(at)) for at in range(3)] == [grid.cell] * 3
    assert [len(grid.column_mean(at)) for at in range(3)] == [grid.cell] * 3
    assert len(grid.under_cursor(1, 1, focused=True).text) == grid.cell


@pytest.mark.parametrize("paint", Paint)
def test_marks_and_the_cursor_do_not_depend_on_colour(paint: Paint) -> None:
    matrix = square([0.1, 0.2, 0.3] * 3)
    grid = Grid(matrix, Scale.of(matrix, diverging=True), paint, frozenset({(1, 1)}))
    assert [cell.text[-1] for cell in grid.cells[1]] == [" ", "*", " "]
    assert grid.under_cursor(1, 1, focused=False).text[-1] == "◂"


def test_glyphs_stand_beside_the_numbers_where_there_are_no_colours() -> None:
    matrix = square([0.0, 0.5, 1.0] * 3)
    grid = Grid(matrix, Scale.of(matrix), Paint.SHADES)
    assert [cell.text for cell in grid.cells[0]] == ["▁ .000 ", "▅ .500 ", "█1.000 "]
    assert all(not cell.style for cell in grid.cells[0])
    assert not set(SHADES) & {char for cell in Grid(matrix, Scale.of(matrix)).cells[0] for char in cell.text}


@pytest.mark.parametrize("paint", [Paint.TRUE, Paint.FEW])
@given(cells=CELLS)
def test_numbers_are_readable_on_their_colour(paint: Paint, cells: list[float | None]) -> None:
    matrix = square(cells)
    grid = Grid(matrix, Scale.of(matrix), paint)
    for cell in (cell for row in grid.cells for cell in row if cell.style):
        assert cell.style
        assert cell.style.color
        assert cell.style.bgcolor
        pair = tuple(cell.style.color.get_truecolor()), tuple(cell.style.bgcolor.get_truecolor())
        assert contrast(*pair) >= 4.5
