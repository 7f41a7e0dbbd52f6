from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus import groups, starter
from hybrid_tui.corpus.collection import Collection, build

from ..toys import toy


def collection(**columns: list[str | None]) -> Collection:
    """Four questions in two languages, a passage each in one of them."""
    items = ["a", "b", "c", "d"]
    rows = [(f"{item}-{lang}", item, lang, f"{item} {lang}?") for lang in ("de", "en") for item in items]
    queries = pl.DataFrame(rows, ["query_id", "item_id", "lang", "text"], orient="row").with_columns(
        pl.Series(name, values * 2, pl.String) for name, values in columns.items()
    )
    passages = pl.DataFrame({"passage_id": ["p", "q", "r"], "lang": ["de"] * 3, "text": ["P", "Q", "R"]})
    relevance = pl.DataFrame({"item_id": ["a", "b", "c", "d"], "passage_id": ["p", "p", "q", "r"]})
    return build("four", queries, passages, relevance)


def grouped(found: pl.DataFrame, level: str) -> set[frozenset[str]]:
    table = found.group_by(level).agg("item_id")
    return {frozenset(items) for items in table["item_id"]}


def test_levels_are_told_from_the_coarsest_to_the_finest() -> None:
    made = collection(article=["1", "1", "1", "2"], topic=["x", "x", "x", "x"])
    found = made.group_levels()
    assert found.columns == ["item_id", "topic", "article", groups.PASSAGE]
    assert grouped(found, "article") == {frozenset("abc"), frozenset("d")}
    assert grouped(found, groups.PASSAGE) == {frozenset("ab"), frozenset("c"), frozenset("d")}


def test_an_item_without_a_group_is_one_of_its_own() -> None:
    found = collection(document=[None, "1", "1", None]).group_levels()
    assert grouped(found, "document") == {frozenset("a"), frozenset("bc"), frozenset("d")}


def test_a_level_with_a_group_for_each_item_is_none() -> None:
    found = collection(paragraph=["1", "2", "3", "4"]).group_levels()
    assert found.columns == ["item_id", groups.PASSAGE]


def test_groups_change_no_fingerprint() -> None:
    assert collection(article=["1", "1", "2", "2"]).fingerprint == collection().fingerprint


def test_the_starter_collection_is_grouped_by_topic() -> None:
    found = starter.load().group_levels()
    assert "topic" in found.columns
    assert found.height == starter.load().queries["item_id"].n_unique()


def test_a_toy_without_groups_has_no_level() -> None:
    assert toy().group_levels().columns == ["item_id"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("123456")), max_size=12))
def test_joined_members_share_labels_transitively(pairs: list[tuple[str, str]]) -> None:
    found = dict(groups.joined(pairs))
    assert found.keys() == {member for member, _ in pairs}
    for one, label in pairs:
        for other, again in pairs:
            if label == again:
                assert found[one] == found[other]
    known = {label for _, label in pairs}
    assert set(found.values()) <= known


def test_a_group_has_its_first_label() -> None:
    pairs = [("a", "x"), ("b", "y"), ("b", "x"), ("c", "z"), ("a", "z"), ("d", "w")]
    assert dict(groups.joined(pairs)) == {"a": "y", "b": "y", "c": "y", "d": "w"}
