"""The starter collection is whole, clean and in the languages that it says."""

from __future__ import annotations

from collections import Counter

import pytest

from hybrid_tui.corpus import starter
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.languages import language, script_share

LANGUAGES = ["ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh"]
TOPICS = {
    "birds",
    "buildings",
    "elements",
    "inventions",
    "instruments",
    "moons",
    "organs",
    "rivers",
    "scripts",
    "spices",
    "sports",
    "volcanoes",
}


@pytest.fixture(scope="module")
def collection() -> Collection:
    starter.load.cache_clear()
    return starter.load()


def test_every_topic_has_ten_items_in_every_language(collection: Collection) -> None:
    assert collection.languages == LANGUAGES
    counts = collection.queries.group_by("topic", "lang").len().rows()
    assert {(topic, lang): n for topic, lang, n in counts} == {
        (t, lang): 10 for t in TOPICS for lang in LANGUAGES
    }
    assert collection.queries["item_id"].n_unique() == 120
    assert collection.passages.height == collection.queries.height == 120 * len(LANGUAGES)


def test_each_item_has_one_passage_in_each_language(collection: Collection) -> None:
    langs = dict(collection.passages.select("passage_id", "lang").iter_rows())
    pairs = Counter(
        (item, langs[passage])
        for item, passage in collection.relevance.select("item_id", "passage_id").iter_rows()
    )
    items = collection.queries["item_id"].unique()
    assert pairs == Counter({(item, lang): 1 for item in items for lang in LANGUAGES})


def test_an_item_keeps_its_topic_and_split(collection: Collection) -> None:
    assert collection.splits == ["test", "train"]
    kinds = collection.queries.select("item_id", "topic", "split").unique()
    assert kinds.height == 120
    assert kinds.null_count().sum_horizontal().item() == 0


def test_splits_share_no_item_and_no_passage(collection: Collection) -> None:
    train, test = collection.split("train"), collection.split("test")
    assert not set(train.queries["item_id"]) & set(test.queries["item_id"])
    assert not set(train.passages["passage_id"]) & set(test.passages["passage_id"])
    for part in (train, test):
        assert set(part.queries["topic"]) == TOPICS
        assert part.queries["item_id"].n_unique() >= 24


@pytest.mark.parametrize("table", ["queries", "passages"])
def test_each_text_is_in_the_script_of_its_language(collection: Collection, table: str) -> None:
    rows = getattr(collection, table).select("lang", "text").iter_rows()
    wrong = [(lang, text) for lang, text in rows if script_share(text, language(lang).script) < 0.9]
    assert not wrong


def test_no_text_is_there_twice(collection: Collection) -> None:
    texts = [
        " ".join(text.lower().split()) for text in [*collection.queries["text"], *collection.passages["text"]]
    ]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_texts_are_neither_scraps_nor_essays(collection: Collection) -> None:
    queries, passages = collection.queries["text"], collection.passages["text"]
    assert [text for text in queries if not 5 <= len(text) <= 200] == []
    assert [text for text in passages if not 25 <= len(text) <= 600] == []


def test_texts_are_clean(collection: Collection) -> None:
    for text in [*collection.queries["text"], *collection.passages["text"]]:
        assert text == text.strip()
        assert "  " not in text
        assert "\ufffd" not in text
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in text)
