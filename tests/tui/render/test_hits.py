import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.hits import HitRow, hit_lines, one_line, passage_lines, text_lines
from hybrid_tui.tui.render.terms import Terms

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
        "e\u0301",
        "\u1112\u1161\u11ab",
        "ق\u0651\u064f",
    ]
)
TEXTS = st.lists(SCRIPTS, max_size=60).map("".join) | st.text(max_size=60)
LANGS = st.sampled_from(["ar", "he", "en", "th", "zh", "xx"])


@given(TEXTS, LANGS, st.integers(2, 60), st.none() | st.integers(1, 4))
def test_every_line_of_a_passage_is_exactly_as_wide_as_asked(
    text: str, lang: str, width: int, lines: int | None
) -> None:
    assert {cell_len(line) for line in passage_lines(text, lang, width, lines)} == {width}


BEFORE = st.none() | st.integers(1, 999)
MOVES = st.sampled_from(["", "=", "▲7", "▼999", "new", "gone"])


@given(
    TEXTS,
    LANGS,
    st.integers(30, 100),
    st.sampled_from([None, True, False]),
    MOVES,
    st.integers(1, 999),
    BEFORE,
)
def test_every_line_of_a_row_is_exactly_as_wide_as_asked(
    text: str, lang: str, width: int, relevant: bool | None, move: str, rank: int, before: int | None
) -> None:
    row = HitRow(Hit(rank, "p", lang, -0.5, text, relevant, before=before), move, pinned=rank % 2 == 0)
    lines = hit_lines(row, width, 3, Terms.of(text[:20]))
    assert {sum(Segment(span.text).cell_length for span in line) for line in lines} == {width}
    assert 3 <= len(lines) <= 5


@given(TEXTS, TEXTS, LANGS, st.integers(2, 60), st.none() | st.integers(1, 4))
def test_marking_terms_changes_no_character(
    text: str, query: str, lang: str, width: int, lines: int | None
) -> None:
    marked = text_lines(text, lang, width, lines, Terms.of(query))
    drawn = ["".join(span.text for span in line) for line in marked]
    assert [line.strip() for line in drawn] == [
        line.strip() for line in passage_lines(text, lang, width, lines)
    ]
    assert {sum(cell_len(span.text) for span in line) for line in marked} == {width}


@given(TEXTS, LANGS, st.integers(1, 40))
def test_one_line_is_never_wider_than_asked(text: str, lang: str, width: int) -> None:
    assert cell_len(one_line(text, lang, width)) <= width


@pytest.mark.parametrize(("relevant", "mark"), [(True, "●"), (False, "·"), (None, " ")])
def test_relevance_has_a_glyph_and_not_colour_alone(relevant: bool | None, mark: str) -> None:
    head = hit_lines(HitRow(Hit(3, "p", "de", 0.25, "Text", relevant)), 40, 3)[0]
    assert "".join(span.text for span in head) == f"  3 {mark} de  German                   0.250"


def test_right_to_left_passages_stand_at_the_right() -> None:
    (line,) = passage_lines("נהר", "he", 10)
    assert line == "       רהנ"


@pytest.mark.parametrize(
    ("row", "head"),
    [
        (HitRow(Hit(3, "p", "de", 0.25, ""), "▲12"), "  3   de  German              0.250  ▲12"),
        (HitRow(Hit(3, "p", "de", 0.25, ""), "=", pinned=True), "  3◆  de  German              0.250    ="),
        (HitRow(Hit(13, "p", "de", 0.25, "", True), "gone"), "  – ● de  German            was #13 gone"),
    ],
)
def test_the_move_stands_after_the_score(row: HitRow, head: str) -> None:
    assert "".join(span.text for span in hit_lines(row, 40, 3)[0]) == head


def terms_in(text: str, query: str, lang: str) -> list[str]:
    (line,) = text_lines(text, lang, 60, 1, Terms.of(query))
    return [span.text for span in line if span.part == "term"]


@pytest.mark.parametrize(
    ("lang", "query", "text", "marked"),
    [
        ("de", "Wo ist DIE Straße?", "Die STRASSE, die Nebenstraße", ["STRASSE"]),
        ("en", "is the 6650 km [b]", "Nile is 6650 km [b]", ["6650"]),
        ("el", "ΝΕΊΛΟΣ", "Ο Νείλος ρέει", ["Νείλος"]),
        ("hi", "नदी कहाँ", "नील नदी में नदियाँ", ["नदी"]),
        ("he", "נהר", "זה נהר גדול", ["רהנ"]),
        ("zh", "河流", "最长的河流之一", ["河流"]),
        ("zh", "河流有多长", "最长的河流之一", []),
        ("th", "แม่น้ำ", "เป็นแม่น้ำที่", ["แม่น้ำ"]),
        ("en", "", "nothing", []),
    ],
)
def test_words_of_the_query_are_marked(lang: str, query: str, text: str, marked: list[str]) -> None:
    assert terms_in(text, query, lang) == marked


def test_joined_letters_are_found_in_their_form() -> None:
    assert len(terms_in("هذا نهر النيل هنا", "نهر النيل", "ar")) == 2
