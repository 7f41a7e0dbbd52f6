from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.tui.render.facts import packed
from hybrid_tui.tui.render.mix import NARROWEST, bar, cells

COUNTS = st.dictionaries(
    st.sampled_from(["ar", "de", "el", "en", "es", "hi", "kok", "ru", "th", "zh"]), st.integers(0, 10**7)
)


@given(COUNTS, st.integers(-3, 120))
def test_cells_fill_the_width_and_none_is_left_out_where_there_is_room(counts: dict, width: int) -> None:
    found = cells(counts, width)
    present = [lang for lang, count in counts.items() if count]
    assert sum(found.values()) == (width if present and width > 0 else 0)
    if NARROWEST * len(present) <= width:
        assert list(found) == present
        assert all(size >= NARROWEST for size in found.values())


@given(COUNTS, st.integers(0, 120), st.booleans())
def test_a_bar_is_exactly_as_wide_as_asked_and_tells_by_letters(
    counts: dict, width: int, counted: bool
) -> None:
    langs = tuple(sorted(counts))
    segments = bar(counts, langs, width, counted=counted)
    assert sum(segment.cell_length for segment in segments) == (width if any(counts.values()) else 0)
    if NARROWEST * len(counts) <= width:
        codes = [segment.text.split()[0] for segment in segments]
        present = [lang for lang in langs if counts[lang]]
        assert all(lang.startswith(code) for lang, code in zip(present, codes, strict=True))


def test_shares_decide_beyond_the_least() -> None:
    assert cells({"de": 1, "en": 3}, 12) == {"de": 4, "en": 8}
    segments = bar({"de": 1, "en": 3}, ("de", "en"), 12, counted=True)
    assert [segment.text for segment in segments] == ["de  ", "en 3    "]


def test_facts_are_packed_in_their_order() -> None:
    assert packed(["AP .5", "best #1", "RBO .7"], 15) == ["AP .5  best #1", "RBO .7"]
    assert packed(["a long one"], 3) == ["a long one"]
    assert packed([], 9) == []
