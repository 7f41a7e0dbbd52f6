from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.hits import OTHER, RELEVANT, hit_lines, passage_lines

TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("نهر النيل 12 (ab) กำ हिन्दी 世界")), max_size=80
)


@given(TEXTS, st.sampled_from(["ar", "en", "th", "zh", "hi"]), st.integers(30, 90), st.integers(1, 1000))
def test_every_line_has_exactly_its_width(text: str, lang: str, width: int, rank: int):
    hit = Hit(rank, "p", lang, 0.5, text, relevant=True)
    for line in hit_lines(hit, width, 3):
        assert sum(cell_len(span.text) for span in line) == width


def test_right_to_left_text_stands_at_the_right():
    assert passage_lines("نهر", "ar", 6) == ["   رهن"]
    assert passage_lines("Nil", "de", 6) == ["Nil   "]


def test_relevance_is_a_glyph_and_not_only_a_colour():
    def marks(relevant: bool | None) -> str:
        return "".join(span.text for span in hit_lines(Hit(1, "p", "de", 0.5, "x", relevant), 40, 2)[0])

    assert RELEVANT in marks(True)
    assert OTHER in marks(False)
    assert RELEVANT not in marks(None)
    assert OTHER not in marks(None)
