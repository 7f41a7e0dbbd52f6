from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.loss_chart import LABEL, MARK, chart

POINTS = st.lists(st.tuples(st.integers(0, 10**6), st.floats(-1e9, 1e9)), max_size=30)


@given(POINTS, POINTS, st.integers(0, 10**6), st.integers(0, 90), st.integers(0, 30))
def test_every_line_has_exactly_its_width(curve, marks, end: int, width: int, height: int) -> None:
    lines = chart(sorted(curve), marks, end, width, height)
    assert len(lines) == height
    assert {cell_len("".join(span.text for span in line)) for line in lines} <= {width}


def test_a_curve_that_falls_goes_from_the_top_left_to_the_bottom_right() -> None:
    lines = chart([(0, 2.0), (50, 1.0), (100, 0.0)], [], 100, LABEL + 10, 6)
    drawn = ["".join(span.text for span in line) for line in lines]
    cells = [
        [at for at, char in enumerate(line[LABEL:]) if "\u2800" < char <= "\u28ff"] for line in drawn[:-1]
    ]
    assert [min(row) for row in cells] == sorted(min(row) for row in cells)
    assert cells[0][0] == 0
    assert cells[-1][-1] == 9
    assert drawn[0].startswith(" 2.000▏")
    assert drawn[4].startswith("  .000▏")
    assert drawn[5].split() == ["0", "100"]


def test_the_curve_has_no_gap() -> None:
    lines = chart([(0, 0.0), (100, 9.0)], [], 100, LABEL + 20, 11)
    drawn = ["".join(span.text for span in line)[LABEL:] for line in lines[:-1]]
    columns = [[row[at] for row in drawn if row[at] != "\u2800"] for at in range(20)]
    assert all(columns)


def test_it_ends_where_the_training_is() -> None:
    line = chart([(0, 1.0), (50, 1.0)], [], 100, LABEL + 10, 2)[0]
    text = "".join(span.text for span in line)[LABEL:]
    assert [char != "\u2800" for char in text] == [True] * 6 + [False] * 4


def test_marks_stand_on_the_curve() -> None:
    lines = chart([(0, 0.0), (10, 1.0)], [(10, 1.0), (0, 0.0)], 10, LABEL + 4, 4)
    parts = [[span for span in line if span.part == "mark"] for line in lines]
    assert [span.text for line in parts for span in line] == [MARK, MARK]
    assert parts[0]
    assert parts[2]
