from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_tui.corpus import catalog, pairs
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.coverage import groups

Rows = list[dict[str, Any]]
Write = Callable[[str, Rows], Path]


def test_only_some_languages(write: Write, rows: Rows) -> None:
    extra = [{"item_id": "x", "lang": "zh", "text": "x"}]
    whole = pairs.load([str(write("p.csv", rows)), str(write("t.csv", extra))])
    found = whole.only(["de", "en"])
    assert found.languages == ["de", "en"]
    assert [each.name for each in found.sets] == ["p"]
    assert found.items["item_id"].to_list() == ["a", "b", "c"]
    with pytest.raises(UsageError, match="no rows in fr"):
        whole.only(["fr"])


def test_the_fingerprint_names_what_the_rows_say(write: Write, rows: Rows) -> None:
    first = pairs.load([str(write("p.csv", rows))]).fingerprint
    assert len(first) == 32
    assert pairs.load([str(write("p.csv", rows[::-1]))]).fingerprint == first
    assert pairs.load([str(write("p.parquet", rows))]).fingerprint == first
    rows[0]["passage"] = "other"
    assert pairs.load([str(write("p.csv", rows))]).fingerprint != first


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_a_split_never_leaks_a_text(write: Write, share: float) -> None:
    rng = np.random.default_rng(2)
    many = [
        {
            "item_id": f"i{item:03}",
            "lang": lang,
            "query": f"{lang} {rng.integers(150)}",
            "passage": f"{lang} {rng.integers(200)}",
        }
        for item in range(120)
        for lang in ("de", "en")
    ]
    whole = pairs.load([str(write("p.csv", many))])
    train, held = whole.split(share, groups(whole))
    assert len(train.rows) + len(held.rows) == 240
    for column in ("item_id", "query", "passage"):
        assert not set(train.rows[column]) & set(held.rows[column])
    again, _ = whole.split(share, groups(whole))
    assert again.fingerprint == train.fingerprint


def test_a_split_of_items_that_share_nothing_is_about_its_share(write: Write) -> None:
    many = [{"item_id": f"i{n}", "lang": "de", "query": f"q{n}", "passage": f"p{n}"} for n in range(400)]
    whole = pairs.load([str(write("p.csv", many))])
    _, held = whole.split(0.2, groups(whole))
    assert 55 <= len(held.rows) <= 105


def test_a_split_needs_something_on_both_sides(write: Write, rows: Rows) -> None:
    whole = pairs.load([str(write("p.csv", rows))])
    with pytest.raises(UsageError, match="leaves nothing to validate on"):
        whole.split(0.0, groups(whole))
    with pytest.raises(UsageError, match="leaves nothing to train on"):
        whole.split(1.0, groups(whole))


@pytest.mark.parametrize(
    ("named", "whole"), [("parts", False), ("parts:train", False), ("halves", True), ("halves:a", False)]
)
def test_a_collection_without_a_part_to_train_on_is_trained_on_as_a_whole(
    write: Write, rows: Rows, named: str, whole: bool
) -> None:
    for name, splits in (("parts", ("train", "test")), ("halves", ("a", "b"))):
        split = [row | {"split": splits[row["item_id"] == "c"]} for row in rows]
        catalog.add(name, write(f"{name}.jsonl", split))
    assert pairs.load([named]).sets[0].is_all_of_a_collection is whole
    assert not pairs.load([str(write("p.csv", rows))]).sets[0].is_all_of_a_collection
