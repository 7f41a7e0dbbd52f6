import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.wrap import clusters, printable, shortened, wrap

SCRIPTS = st.sampled_from(
    [
        *"aé–(.ßдώ ",
        *"नीलत्रि",
        *"แม่น้ำไ",
        *"世界，。「",
        *"العتً",
        *"한글",
        "👍🏽",
        "👨‍👩‍👧",
        "🇩🇪",
        "☺️",
        "\u200d",
        "\ufe0f",
    ]
)
TEXTS = st.lists(SCRIPTS, max_size=60).map("".join) | st.text(max_size=60)


@given(TEXTS, st.integers(2, 40))
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(TEXTS, st.integers(2, 40), st.integers(1, 4))
def test_no_more_lines_than_asked(text: str, width: int, lines: int) -> None:
    shown, whole = wrap(text, width, lines), wrap(text, width)
    assert len(shown) == min(lines, len(whole))
    assert shown[-1].endswith("…") or len(whole) <= lines
    assert all(cell_len(line) <= width for line in shown)


@given(TEXTS, st.integers(2, 40))
def test_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    whole = "".join("".join(cluster for cluster, _ in clusters(word)) for word in printable(text).split())
    assert "".join(wrap(text, width)).replace(" ", "") == whole


@given(TEXTS, st.integers(2, 12))
def test_grapheme_clusters_stay_whole(text: str, width: int) -> None:
    words = [cluster for word in printable(text).split() for cluster, _ in clusters(word)]
    lines = [cluster for line in wrap(text, width) for word in line.split() for cluster, _ in clusters(word)]
    assert lines == words


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("extraordinarily", 6, ["extrao", "rdinar", "ily"]),
        ("长江全长6300公里。", 8, ["长江全长", "6300公", "里。"]),
        ("世界，和平", 4, ["世", "界，", "和平"]),
        ("น้ำ", 2, ["น้ำ"]),
        ("ไทยไป", 3, ["ไทย", "ไป"]),
        ("नदियों में", 4, ["नदियों", "में"]),
        ("👨👩", 3, ["👨", "👩"]),
        ("🇩🇪🇫🇷", 3, ["🇩🇪", "🇫🇷"]),
        ("abc 世界上最长的河流", 9, ["abc 世界", "上最长的", "河流"]),
        ("", 10, [""]),
    ],
)
def test_each_script_breaks_where_it_may(text: str, width: int, expected: list[str]) -> None:
    assert wrap(text, width) == expected


def test_an_ellipsis_tells_that_something_was_cut() -> None:
    assert wrap("one two three four", 7, 2) == ["one two", "three…"]
    assert wrap("one two", 7, 2) == ["one two"]
    assert shortened("世界和平", 6) == "世界…"


def test_a_long_text_is_not_wrapped_beyond_what_is_shown() -> None:
    assert len(wrap("word " * 200_000, 20, 3)) == 3


def test_nothing_that_moves_the_cursor_or_reorders_its_surroundings_is_drawn() -> None:
    drawn = printable("a\x1b[31mb\x00c\td\x9be\u2028f\ud800g\u202eh\u2066i\ufeffj")
    assert drawn == "a [31mb c d e f ghij"
    assert not set(drawn) - set(string.printable)


def test_what_terminals_measure_differently_is_drawn_in_parts() -> None:
    assert printable("👨\u200d👩\u200d👧 👍🏽 ☺\ufe0f") == "👨👩👧 👍 ☺"
