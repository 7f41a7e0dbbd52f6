from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus.collection import Collection, build
from hybrid_tui.errors import UsageError


def made(
    texts: list[str] = ["Nile", "Nil", "Rhine"],  # noqa: B006
    *,
    name: str = "c",
    splits: tuple[str, str] | None = None,
    with_context: bool = False,
) -> Collection:
    queries = pl.DataFrame(
        {"query_id": ["q1", "q2"], "item_id": ["a", "b"], "lang": ["en", "de"], "text": ["which?", "wer?"]}
    )
    if splits:
        queries = queries.with_columns(split=pl.Series(splits))
    passages = pl.DataFrame(
        {
            "passage_id": ["p1", "p2", "p3"],
            "lang": ["en", "de", "en"],
            "text": texts,
            "context": ["around", None, "about"],
        }
    )
    relevance = pl.DataFrame({"item_id": ["a", "b", "b"], "passage_id": ["p1", "p2", "p1"]})
    return build(name, queries, passages, relevance, with_context=with_context)


def test_rows_are_sorted_by_language_and_keep_their_order_within_one() -> None:
    collection = made()
    assert collection.passages["passage_id"].to_list() == ["p2", "p1", "p3"]
    assert collection.queries["lang"].to_list() == ["de", "en"]
    assert collection.languages == ["de", "en"]


def test_optional_columns_are_filled_with_nulls() -> None:
    collection = made()
    assert collection.queries.columns == ["query_id", "item_id", "lang", "text", "topic", "split"]
    assert collection.queries["topic"].to_list() == [None, None]
    assert collection.queries.schema["topic"] == pl.String


def test_texts_stay_as_they_are() -> None:
    texts = [" e\u0301 ", "\ufeffx\n", "[/bold]\x1b"]
    assert sorted(made(texts).passages["text"].to_list()) == sorted(texts)


def test_relevance_that_is_said_twice_counts_once() -> None:
    queries = pl.DataFrame({"query_id": ["q"], "item_id": ["a"], "lang": ["en"], "text": ["x"]})
    passages = pl.DataFrame({"passage_id": ["p"], "lang": ["en"], "text": ["x"]})
    relevance = pl.DataFrame({"item_id": ["a", "a"], "passage_id": ["p", "p"]})
    assert build("c", queries, passages, relevance).relevance.height == 1


def test_fingerprint_is_the_same_under_another_name() -> None:
    assert made(name="c").fingerprint == made(name="d").fingerprint
    assert len(made().fingerprint) == 16
    assert int(made().fingerprint, 16) >= 0


@pytest.mark.parametrize(
    "other",
    [
        made(["Nile", "Nil", "Rhine "]),
        made(["Rhine", "Nil", "Nile"]),
        made(["Nil", "eNil", "Rhine"]),
        made(splits=("x", "y")),
        made(with_context=True),
    ],
    ids=["text", "order", "boundary", "split", "with_context"],
)
def test_fingerprint_changes_with_the_content(other: Collection) -> None:
    assert other.fingerprint != made().fingerprint


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)


@given(st.tuples(words, words, words), st.tuples(words, words, words))
def test_fingerprints_agree_exactly_when_texts_do(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (made(list(one)).fingerprint == made(list(other)).fingerprint) == (one == other)


def test_a_missing_split_is_not_an_empty_one() -> None:
    assert made(splits=("x", None)).fingerprint != made(splits=("x", "")).fingerprint


def test_a_split_holds_its_items_and_their_passages() -> None:
    collection = made(splits=("train", "test"))
    train, test = collection.split("train"), collection.split("test")
    assert collection.splits == ["test", "train"]
    assert (train.name, train.queries["item_id"].to_list()) == ("c:train", ["a"])
    assert train.passages["passage_id"].to_list() == ["p1"]
    assert train.relevance.select("item_id", "passage_id").rows() == [("a", "p1")]
    assert test.passages["passage_id"].to_list() == ["p2", "p1"], "a shared passage is in both"


def test_an_unknown_split_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="no split in c named 'dev'") as caught:
        made(splits=("train", "test")).split("dev")
    assert "test" in caught.value.hint
    assert "train" in caught.value.hint


def test_a_collection_without_splits_says_so() -> None:
    with pytest.raises(UsageError) as caught:
        made().split("test")
    assert "not split" in caught.value.hint


def test_inputs_are_the_texts_of_a_language_in_row_order() -> None:
    assert made().passage_inputs("en") == ["Nile", "Rhine"]
    assert made().query_inputs("de") == ["wer?"]
    assert made().query_inputs("fr") == []


def test_inputs_with_context_have_it_appended_where_there_is_one() -> None:
    collection = made(with_context=True)
    assert collection.passage_inputs("en") == ["Nile around", "Rhine about"]
    assert collection.passage_inputs("de") == ["Nil"]
    assert collection.query_inputs("en") == ["which?"]
