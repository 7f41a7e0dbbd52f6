import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.tui.render.facts import packed
from hybrid_tui.tui.render.mix import bar, cells
from hybrid_tui.tui.widgets.mix_bar import LABEL
from hybrid_tui.tui.widgets.pane import EDGES

COUNTS = st.dictionaries(
    st.sampled_from(["ar", "de", "el", "en", "es", "hi", "kok", "ru", "th", "zh"]), st.integers(0, 10**7)
)


ELEVEN = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")
EIGHTEEN = (*ELEVEN[:2], "bn", "fa", "fi", "fr", "id", "ja", "ko", *ELEVEN[3:8], "sw", "te", "yo", "zh")


@given(COUNTS, st.integers(-3, 120))
def test_cells_fill_the_width_and_none_is_left_out_where_there_is_room(counts: dict, width: int) -> None:
    found = cells(counts, width)
    present = [lang for lang, count in counts.items() if count]
    assert sum(found.values()) == (width if present and width > 0 else 0)
    if sum(len(lang) + 1 for lang in present) <= width:
        assert list(found) == present


@given(COUNTS, st.integers(0, 120), st.booleans())
def test_a_bar_is_exactly_as_wide_as_asked_and_no_code_touches_the_next(
    counts: dict, width: int, counted: bool
) -> None:
    langs = tuple(sorted(counts))
    segments = bar(counts, langs, width, counted=counted)
    assert sum(segment.cell_length for segment in segments) == (width if any(counts.values()) else 0)
    assert all(segment.text.endswith(" ") for segment in segments[:-1])
    codes = [segment.text.split()[0] for segment in segments]
    present = [lang for lang in langs if counts[lang]]
    named = [code for code in codes if code in present]
    assert named == [lang for lang in present if lang in named]
    if len(segments) > 1:
        assert codes == named + [f"+{len(present) - len(named)}"] * (len(named) < len(present))


@pytest.mark.parametrize("langs", [ELEVEN, EIGHTEEN])
def test_in_a_narrow_pane_the_languages_with_most_keep_their_codes(langs: tuple[str, ...]) -> None:
    width = 40 - EDGES - LABEL
    counts = {lang: 5 if lang in {"ru", "zh"} else 1 for lang in langs}
    for shares in (counts, dict.fromkeys(langs, 120)):
        told = "".join(segment.text for segment in bar(shares, langs, width)).split()
        assert told[9:] == [f"+{len(langs) - 9}"]
        assert set(told[:-1]) < set(langs)
        assert shares is not counts or {"ru", "zh"} < set(told)


def test_shares_decide_beyond_the_least() -> None:
    assert cells({"de": 1, "en": 3}, 13) == {"de": 5, "en": 8}
    segments = bar({"de": 1, "en": 3}, ("de", "en"), 13, counted=True)
    assert [segment.text for segment in segments] == ["de 1 ", "en 3    "]


def test_facts_are_packed_in_their_order() -> None:
    assert packed(["AP .5", "best #1", "RBO .7"], 15) == ["AP .5  best #1", "RBO .7"]
    assert packed(["a long one"], 3) == ["a long one"]
    assert packed([], 9) == []
