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
    ),
    max_size=9,
)


def drawn(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


@given(CURVES, st.integers(1, 120), st.integers(1, 40))
def test_every_line_is_exactly_as_wide_as_asked(series: list[Series], width: int, height: int) -> None:
    lines = drawn(curve_lines(series, width, height, "step"))
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


@given(CURVES, st.integers(20, 120))
def test_every_curve_is_named_in_lines_of_that_width(series: list[Series], width: int) -> None:
    lines = drawn(legend_lines(series, width))
    assert {cell_len(line) for line in lines} <= {width}
    for number in range(len(series)):
        assert any(str(number + 1) in line for line in lines)


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
