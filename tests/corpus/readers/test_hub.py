from __future__ import annotations

import re
from typing import Any

import pytest

from hybrid_tui.corpus.collection import build
from hybrid_tui.corpus.readers import hub
from hybrid_tui.errors import DataError
from tests.corpus.reading import tables


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, pairs: list[dict[str, Any]]) -> list[Any]:
    """Publish the pairs as a dataset of two splits; the calls for it are noted."""
    import datasets
    import datasets.load

    calls: list[Any] = []
    for row in pairs:
        del row["split"]
    train, test = pairs[:2], pairs[2:]

    def load_dataset(*args: Any) -> Any:
        calls.append(args)
        split = {"train": datasets.Dataset.from_list(train), "test": datasets.Dataset.from_list(test)}
        return datasets.DatasetDict(split)

    monkeypatch.setattr(datasets.load, "load_dataset", load_dataset)
    return calls


def test_every_split_is_read_and_named(published: list[Any]) -> None:
    collection = build("h", *tables(hub, "owner/name:config"))
    assert published == [("owner/name", "config")]
    assert collection.splits == ["test", "train"]
    assert collection.split("test").queries["item_id"].to_list() == ["two", "two"]


def test_rows_are_told_with_their_split(published: list[Any]) -> None:
    assert tables(hub, "owner/name").queries["where"][0] == "owner/name, split train, row 1"
    assert published == [("owner/name", None)]


def test_offline_is_told_without_a_traceback() -> None:
    with pytest.raises(DataError, match=re.escape("cannot load the dataset no-such-owner/name")) as caught:
        tables(hub, "no-such-owner/name")
    assert "\n" not in str(caught.value)
    assert "network" in caught.value.hint


@pytest.mark.parametrize("source", ["owner/name", "owner/name:default", "google/xquad.r", "A-1/b_2:c.d"])
def test_names_that_fit(source: str) -> None:
    assert hub.fits(source)


@pytest.mark.parametrize(
    "source", ["name", "./owner/name", "/owner/name", "a/b/c", "a/b.jsonl", "a/de.json", "../a", "a/ b"]
)
def test_names_that_do_not_fit(source: str) -> None:
    assert not hub.fits(source)
