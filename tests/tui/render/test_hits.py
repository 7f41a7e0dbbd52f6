import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.hits import hit_lines, one_line, passage_lines

SCRIPTS = st.sampled_from(
    [
        *"aé(.1 ",
        *"नीलत्रि",
        *"แม่น้ำ",
        *"世界，",
        *"العلتًا",
        *"שלום",
        "👍🏽",
        "👨‍👩‍👧",
        "🇩🇪",
        "☺️",
        "\u200d",
        "\ufe0f",
    ]
)
TEXTS = st.lists(SCRIPTS, max_size=60).map("".join) | st.text(max_size=60)
LANGS = st.sampled_from(["ar", "he", "en", "th", "zh", "xx"])


@given(TEXTS, LANGS, st.integers(2, 60), st.none() | st.integers(1, 4))
def test_every_line_of_a_passage_is_exactly_as_wide_as_asked(
    text: str, lang: str, width: int, lines: int | None
) -> None:
    assert {cell_len(line) for line in passage_lines(text, lang, width, lines)} == {width}


@given(TEXTS, LANGS, st.integers(24, 100), st.sampled_from([None, True, False]), st.integers(1, 9999))
def test_every_line_of_a_hit_is_exactly_as_wide_as_asked(
    text: str, lang: str, width: int, relevant: bool | None, rank: int
) -> None:
    lines = hit_lines(Hit(min(rank, 999), "p", lang, -0.5, text, relevant), width, 3)
    assert {sum(Segment(span.text).cell_length for span in line) for line in lines} == {width}
    assert 3 <= len(lines) <= 5


@given(TEXTS, LANGS, st.integers(1, 40))
def test_one_line_is_never_wider_than_asked(text: str, lang: str, width: int) -> None:
    assert cell_len(one_line(text, lang, width)) <= width


@pytest.mark.parametrize(("relevant", "mark"), [(True, "●"), (False, "·"), (None, " ")])
def test_relevance_has_a_glyph_and_not_colour_alone(relevant: bool | None, mark: str) -> None:
    head = hit_lines(Hit(3, "p", "de", 0.25, "Text", relevant), 40, 3)[0]
    assert "".join(span.text for span in head) == f"  3 {mark} de  German                   0.250"


def test_right_to_left_passages_stand_at_the_right() -> None:
    (line,) = passage_lines("נהר", "he", 10)
    assert line == "       רהנ"
