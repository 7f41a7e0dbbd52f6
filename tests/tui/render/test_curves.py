from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.curves import Series, curve_lines, legend_lines
from hybrid_tui.tui.render.hits import Line

VALUES = st.floats(-1e6, 1e6)
CURVES = st.lists(
    st.builds(
        Series,
        st.text(max_size=40),
        st.lists(st.tuples(VALUES, VALUES), max_size=30).map(sorted),
        st.sampled_from(["", "◆"]),
    ),
    max_size=9,
)


def drawn(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


@given(CURVES, st.integers(1, 120), st.integers(1, 40), st.none() | VALUES)
def test_every_line_is_exactly_as_wide_as_asked(
    series: list[Series], width: int, height: int, end: float | None
) -> None:
    lines = drawn(curve_lines(series, width, height, "step", end))
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


@given(CURVES, st.integers(20, 120))
def test_every_curve_is_named_in_lines_of_that_width(series: list[Series], width: int) -> None:
    lines = drawn(legend_lines(series, width))
    assert {cell_len(line) for line in lines} <= {width}
    for number, each in enumerate(series):
        assert any(f"{each.sign or number + 1} " in f"{line} " for line in lines)


def test_axes_name_the_ends_and_curves_end_in_their_number() -> None:
    series = [Series("a", [(0, 0.25), (0.5, 0.5), (1, 0.75)]), Series("b", [(0, 0.75), (1, 0.25)])]
    lines = drawn(curve_lines(series, 40, 11, "share"))
    assert lines[0].startswith(".750┤2")
    assert lines[0].endswith("1")
    assert lines[8].startswith(".250┤1")
    assert lines[8].endswith("2")
    assert lines[9] == "    └" + "─" * 35
    assert lines[10].split() == [".00", "share", "1.00"]
    assert "1" in lines[4]


def test_curves_that_end_at_one_place_keep_their_numbers_apart() -> None:
    series = [Series(name, [(0, 0), (1, 1)]) for name in "abc"]
    ends = [line[-1] for line in drawn(curve_lines(series, 40, 11))]
    assert {"1", "2", "3"} <= set(ends)


def test_long_curves_are_numbered_at_their_end_only() -> None:
    text = "".join(drawn(curve_lines([Series("a", [(x, 1000 + x) for x in range(100)])], 40, 12)[:-2]))
    assert text.count("1") == 1 + "1,0991,0501,000".count("1")


def test_one_point_and_none_are_drawn() -> None:
    assert "1" in "".join(drawn(curve_lines([Series("a", [(3, 7)])], 40, 11))[1:5])
    assert "".join(drawn(curve_lines([Series("a", [])], 40, 11))).isspace()


def test_a_curve_that_falls_goes_from_the_top_left_to_the_bottom_right_without_a_gap() -> None:
    lines = drawn(curve_lines([Series("a", [(x, 2 - x / 50) for x in range(101)])], 46, 12))[:-2]
    cells = [[at for at, char in enumerate(line) if at > 5 and not char.isspace()] for line in lines]
    assert [min(row) for row in cells] == sorted(min(row) for row in cells)
    assert (cells[0][0], cells[-1][-1]) == (6, 45)
    assert {at for row in cells for at in row} == set(range(6, 46))


def test_the_axis_goes_to_its_end_and_the_curve_only_as_far_as_it_is() -> None:
    lines = drawn(curve_lines([Series("a", [(0, 1.0), (50, 1.0)])], 46, 11, "step", 100))
    (row,) = [line for line in lines[:-2] if "1" in line[5:]]
    assert len(row.rstrip()) == 27
    assert lines[-1].split() == ["0", "step", "100"]


def test_points_with_a_sign_stand_alone() -> None:
    lines = curve_lines([Series("a", [(0, 0.0), (10, 1.0)], "◆")], 46, 11)
    cells = "".join(span.text for line in lines[:-2] for span in line if span.part == "curve 0")
    assert cells == "◆◆"
    assert drawn(lines)[0].endswith("◆")
