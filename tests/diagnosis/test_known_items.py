"""Queries taken out of passages: whole sentences, which leave their passage."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.diagnosis.known_items import known_items, take
from hybrid_tui.errors import DataError

REST = "It then flows past twelve small towns, under many old bridges, to the wide sea."


def passages(lang: str, count: int) -> pl.DataFrame:
    own = catalog.load("starter").passages.filter(lang=lang).head(count)
    return own.select("passage_id", "lang", "text", document=pl.col("passage_id"))


def test_a_sentence_is_taken_out_and_what_is_left_lacks_it() -> None:
    taken = take(f"Rivers\n\nA river begins in the mountains. {REST}", "en")
    assert taken is not None
    assert taken.query == "A river begins in the mountains."
    assert taken.query not in taken.rest
    assert taken.rest.split() == f"Rivers {REST}".split()


def test_what_a_chunk_begins_with_is_passed_by_where_it_is_no_sentence() -> None:
    taken = take(
        f"half of a longer sentence ends here. A river begins in the mountains. {REST}", "en", begins=False
    )
    assert taken is not None
    assert taken.query == "A river begins in the mountains."


@pytest.mark.parametrize(
    "text", ["", "Too short.", "One sentence that is all there is of a passage, no more.", "1. 2. 3."]
)
def test_what_gives_no_query_gives_none(text: str) -> None:
    assert take(text, "en") is None


@given(st.text(alphabet="ab .\n?。ไ中A", max_size=300))
def test_nothing_is_lost_or_added(text: str) -> None:
    taken = take(text, "th")
    if taken:
        assert sorted("".join((taken.query + taken.rest).split())) == sorted("".join(text.split()))


def test_each_language_gives_as_many_and_the_same_seed_the_same() -> None:
    every = pl.concat([passages("en", 20), passages("th", 8)])
    notes = Notes()
    items = known_items("x", every, 10, 0, notes)
    assert [(items.query_langs == lang).sum() for lang in ("en", "th")] == [5, 5]
    assert items.languages == ["en", "th"]
    assert not notes.lines
    again = known_items("x", every, 10, 0, Notes())
    assert again.collection.fingerprint == items.collection.fingerprint
    for query, target in zip(items.collection.queries["text"], items.targets, strict=True):
        assert query not in items.collection.passages["text"][int(target)]


def test_too_little_text_is_told() -> None:
    with pytest.raises(DataError, match="1 passage,"):
        known_items("x", passages("en", 1), 10, 0, Notes())
    short = passages("en", 9).with_columns(text=pl.format("only word {}", "passage_id"))
    with pytest.raises(DataError, match="0 queries"):
        known_items("x", short, 10, 0, Notes())
