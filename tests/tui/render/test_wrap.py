import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from hybrid_tui.tui.render.wrap import ELLIPSIS, printable, wrap

TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("ab  กำ่สุ हिन्दी 世界 é e\u0301 👨‍👩‍👧 ﷺ نهر"),
    ),
    max_size=120,
)


@given(TEXTS, st.integers(2, 60))
def test_no_line_is_too_wide_and_nothing_but_spaces_is_lost(text: str, width: int):
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


@given(TEXTS, st.integers(2, 40), st.integers(1, 4))
def test_lines_are_cut_with_an_ellipsis(text: str, width: int, most: int):
    whole, cut = wrap(text, width), wrap(text, width, most)
    assert len(cut) == min(most, len(whole))
    assert all(cell_len(line) <= width for line in cut)
    assert cut[-1].endswith(ELLIPSIS) or len(whole) <= most


@pytest.mark.parametrize("text", ["กำลังที่นี่สุดท้าย", "हिन्दी" * 5, "👨‍👩‍👧" * 6, "e\u0301" * 20])
def test_clusters_stay_whole(text: str):
    clusters = {text[start:end] for start, end, _ in split_graphemes(text)[0]}
    for line in wrap(text, 6):
        assert {line[start:end] for start, end, _ in split_graphemes(line)[0]} <= clusters


def test_words_move_to_the_next_line():
    assert wrap("hello wonderful world of things", 10) == ["hello", "wonderful", "world of", "things"]


def test_chinese_and_thai_fill_their_lines():
    assert wrap("abc 世界上最长的河流", 9) == ["abc 世界", "上最长的", "河流"]


def test_the_empty_text_is_one_empty_line():
    assert wrap("", 10) == [""]
