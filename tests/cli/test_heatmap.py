import io
import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment

from hybrid_tui.cli import heatmap, output
from hybrid_tui.cli.heatmap import HeatmapTable
from hybrid_tui.comparison.colormap import Scale, contrast
from hybrid_tui.comparison.matrix import Matrix

ELEVEN = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")


def square(value, languages=ELEVEN, **options) -> Matrix:
    places = range(len(languages))
    values = tuple(tuple(value(row, column) for column in places) for row in places)
    counts = tuple(tuple(0 if cell is None else 1190 for cell in row) for row in values)
    return Matrix(options.pop("title", "mAP"), languages, languages, values, counts, **options)


MAP = square(lambda row, column: 1.0 if row == column == 0 else 0.5 + 0.03 * row + 0.007 * column)


def console(width: int = 80, colours: str | None = None, **options) -> Console:
    options = {"markup": False, "highlight": False, "force_terminal": colours is not None} | options
    return Console(width=width, color_system=colours, file=io.StringIO(), **options)


def plain(matrix: Matrix, width: int = 80, *, diverging: bool = False, name: str = "") -> list[str]:
    screen = console(width)
    screen.print(HeatmapTable(matrix, Scale.of(matrix, diverging=diverging), name))
    return screen.file.getvalue().splitlines()


def segments(matrix: Matrix, screen: Console, *, diverging: bool = False) -> list[Segment]:
    shown = HeatmapTable(matrix, Scale.of(matrix, diverging=diverging))
    return [segment for line in screen.render_lines(shown) for segment in line]


def painted(found: list[Segment]) -> list[tuple[str, tuple[int, int, int], tuple[int, int, int]]]:
    """Return (text, background, ink) of the cells, the legend's blanks left out."""
    styled = [
        (part.text.strip(), part.style.bgcolor.get_truecolor(), part.style.color.get_truecolor())
        for part in found
        if part.style and part.style.bgcolor and part.style.color
    ]
    return [(text, tuple(back), tuple(ink)) for text, back, ink in styled if text]


def test_eleven_languages_fit_in_80_columns_and_24_lines():
    lines = plain(MAP)
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24
    assert lines[:2] == ["mAP", "rows: query language, columns: passage language"]
    assert lines[2].split() == [*ELEVEN, "mean"]
    assert [line.split()[0] for line in lines[3:15]] == [*ELEVEN, "mean"]
    assert lines[3].split()[:3] == ["ar", "1.000", ".507"]


@pytest.mark.parametrize("width", [40, 80, 100, 140])
@pytest.mark.parametrize("digits", [0, 1, 3])
def test_numbers_stand_under_the_name_of_their_column(width: int, digits: int):
    lines = plain(square(lambda row, column: 9.5 ** (row - 3) + column, digits=digits), width)
    header = next(line for line in lines if line.startswith(" "))
    ends = [name.end() - 1 for name in re.finditer(r"\S+", header)]
    row = lines[lines.index(header) + 1]
    assert all(row[end] != " " and row[end + 1 : end + 2].strip() == "" for end in ends)
    assert max(map(len, lines)) <= width


def test_a_number_is_whole_where_there_is_room():
    gap = square(lambda row, column: 1213.5 * row + column, title="rank gap", digits=1)
    assert "1,213.5" in plain(gap, 140)[4]
    assert plain(gap, 80)[4].split()[1:3] == ["1,214", "1,214"]
    assert "12.1k" in plain(gap, 80)[13]


def test_columns_without_room_follow_below_and_none_is_lost():
    languages = tuple(f"{first}{second}" for first in "abcde" for second in "xyz")
    lines = plain(square(lambda row, column: (row * 15 + column) / 1000, languages), 60)
    headers = [line.split() for line in lines if line.startswith(" ")]
    assert list(chain(*headers)) == [*languages, "mean"]
    assert len(headers) == 2
    assert max(map(len, lines)) <= 60
    cells = [cell for line in lines if line[:2] in languages for cell in line.split()[1:]]
    assert {f"{value / 1000:.3f}"[1:] for value in range(225)} <= set(cells)


def test_means_leave_out_the_own_language():
    matrix = Matrix(
        "x", ("de", "en"), ("de", "en", "fr"), ((0.9, 0.2, 0.4), (0.6, 0.8, None)), ((1,) * 3,) * 2
    )
    lines = plain(matrix)
    assert lines[3].split() == ["de", ".900", ".200", ".400", ".300"]
    assert lines[4].split() == ["en", ".600", ".800", "·", ".600"]
    assert lines[5].split() == ["mean", ".600", ".200", ".400"]
    assert lines[-2] == "scale .200 to .900  mean: other languages  · nothing to measure"


def test_shares_have_no_row_mean():
    shares = square(lambda row, column: 0.5 if row == column else 0.05, title="language mix")
    lines = plain(shares)
    assert lines[2].split() == list(ELEVEN)
    assert lines[3].split() == ["ar", ".500", *[".050"] * 10]
    assert lines[14].split() == ["mean", *[".050"] * 11]


def test_a_language_without_queries_gives_shares_no_row_mean():
    shares = Matrix(
        "x", ("de", "en", "fr"), ("de", "en"), ((0.7, 0.3), (0.2, 0.8), (None, None)), ((9, 9),) * 3
    )
    assert plain(shares)[2].split() == ["de", "en"]


def test_differences_have_signs_and_a_centred_scale():
    lines = plain(square(lambda row, column: (column - row) / 100), diverging=True)
    assert lines[3].split()[:3] == ["ar", ".000", "+.010"]
    assert lines[4].split()[1] == "-.010"
    assert lines[-2].startswith("scale -.100 to +.100")
    assert max(map(len, lines)) <= 80


def test_nothing_measured_is_said():
    lines = plain(Matrix("x", ("de",), ("en",), ((None,),), ((0,),)))
    assert lines[3].split() == ["de", "·", "·"]
    assert lines[-2] == "· nothing to measure"


@pytest.mark.parametrize("colours", ["truecolor", "256"])
@given(values=st.lists(st.floats(-1, 1), min_size=4, max_size=4), diverging=st.booleans())
def test_each_number_is_readable_on_its_colour(colours: str, values: list[float], diverging: bool):
    matrix = square(lambda row, column: values[2 * row + column], ("de", "en"))
    found = painted(segments(matrix, console(colours=colours), diverging=diverging))
    assert len(found) == 4
    assert all(contrast(back, ink) >= 4.5 for _, back, ink in found)


@pytest.mark.parametrize("colours", ["truecolor", "256"])
def test_colour_repeats_the_number(colours: str):
    found = painted(segments(square(lambda row, column: row / 10), console(colours=colours)))
    assert len(found) == 121
    by_text = {text: back for text, back, _ in found}
    assert all(by_text[text] == back for text, back, _ in found)
    assert by_text[".000"] != by_text[".500"] != by_text["1.000"]


def test_an_absent_cell_has_no_colour():
    matrix = Matrix("x", ("de",), ("de", "en"), ((0.5, None),), ((9, 0),))
    assert [text for text, *_ in painted(segments(matrix, console(colours="truecolor")))] == [".500"]


@pytest.mark.parametrize(
    "screen", [console(), console(colours="standard"), console(colours="truecolor", no_color=True)]
)
def test_without_enough_colours_it_is_plain(screen: Console):
    found = segments(MAP, screen)
    assert painted(found) == []
    assert "scale .507 to 1.000" in "".join(part.text for part in found)


def test_colours_and_plain_text_say_the_same():
    shown = HeatmapTable(MAP, Scale.of(MAP))
    bare, coloured = console(), console(colours="truecolor")
    texts = [
        ["".join(part.text for part in line).rstrip() for line in screen.render_lines(shown)]
        for screen in (bare, coloured)
    ]
    assert texts[0][:-2] == texts[1][:-2]


def test_text_of_the_data_is_not_markup():
    lines = plain(Matrix("[/bold]", ("[b]",), ("[red]",), ((0.5,),), ((1,),)), name="[/foo]")
    assert lines[0] == "[/foo]: [/bold]"
    assert lines[2].split() == ["[red]", "mean"]
    assert lines[3].split()[0] == "[b]"


def test_show_prints_all_on_one_scale(monkeypatch: pytest.MonkeyPatch):
    screen = console()
    monkeypatch.setattr(output, "console", lambda: screen)
    low, high = (square(lambda row, column, base=base: base, ("de", "en")) for base in (0.2, 0.7))
    heatmap.show([low, high], ["one", "two"])
    text = screen.file.getvalue()
    assert "one: mAP" in text
    assert "two: mAP" in text
    assert text.count("scale .200 to .700") == 2
