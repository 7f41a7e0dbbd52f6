from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import coverage, pairs
from hybrid_tui.corpus.coverage import TrainingDataFacts, Uses

PAIRS = ["item_id", "lang", "query", "passage", "source", "licence"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pairs of three items, one of them there twice, and translations of one."""
    told = [
        ("a", "de", "wo?", "dort", "web", "CC0"),
        ("a", "en", "where?", "over there", "web", "CC0"),
        ("b", "de", "wo?", "dort drüben", "web", None),
        ("b", "de", "wo denn?", "dort", "web", None),
        ("c", "zh", "哪里", "那里", "book", "CC0"),
    ]
    pl.DataFrame(told, PAIRS, orient="row").write_parquet(tmp_path / "one.parquet")
    texts = {"item_id": ["a", "a"], "lang": ["de", "fr"], "text": ["ja", "oui"]}
    pl.DataFrame(texts).write_csv(tmp_path / "two.csv")
    return tmp_path


@pytest.fixture
def facts(folder: Path) -> TrainingDataFacts:
    return coverage.facts(str(folder), pairs.load([str(folder)]))


def test_rows_items_and_languages(facts: TrainingDataFacts) -> None:
    assert [tuple(each) for each in facts.sets] == [("one", "pairs", 4, 3), ("two", "translations", 2, 1)]
    assert (facts.rows, facts.items) == (6, 4)
    assert facts.languages == {"de": 3, "en": 1, "fr": 1, "zh": 1}


def test_items_by_ordered_pair_of_languages(facts: TrainingDataFacts) -> None:
    assert facts.matrix.rows == facts.matrix.columns == ("de", "en", "fr", "zh")
    assert facts.matrix.counts == ((2, 1, 1, 0), (1, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 1))
    assert facts.matrix.values[2] == (1.0, None, None, None), "translations are no pair in one language"


def test_what_is_there_twice(facts: TrainingDataFacts) -> None:
    assert facts.repeated == (1, 1, 0), "the passage that was left out is not counted"


def test_sources_and_licences_most_first(facts: TrainingDataFacts) -> None:
    assert list(facts.sources.items()) == [("web", 3), ("", 2), ("book", 1)]
    assert facts.licences == {"CC0": 3, "": 3}


def test_lengths_are_of_texts_that_are_there(facts: TrainingDataFacts) -> None:
    told = {(each.role, each.lang): tuple(each)[2:] for each in facts.lengths}
    assert told["query", "de"] == (3, 3, 3, 3, 3, 3)
    assert told["passage", "de"] == (2, 2, 4, 4, 4, 11)
    assert told["passage", "zh"] == (2,) * 6
    assert ("query", "fr") not in told


def test_quantiles(tmp_path: Path) -> None:
    many = [(f"i{n}", "de", "x" * n, "y", None, None) for n in range(1, 101)]
    pl.DataFrame(many, PAIRS, orient="row").write_parquet(tmp_path / "p.parquet")
    first = coverage.facts(str(tmp_path), pairs.load([str(tmp_path)])).lengths[0]
    assert (first.least, first.most) == (1, 100)
    assert [first.p25, first.median, first.p75, first.p95] == pytest.approx([25, 50, 75, 95], abs=1)


def test_uses(folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    assert coverage.uses(str(folder / "one.parquet")) == Uses(collection=True, training=True)
    assert coverage.uses(str(folder / "two.csv")) == Uses(collection=False, training=True)
    assert coverage.uses(str(folder)) == Uses(collection=False, training=True)
    assert coverage.uses(str(bare)) == Uses(collection=True, training=False)
    assert coverage.uses("owner/name") == Uses(collection=True, training=False)
    assert coverage.uses("mmarco:ar,de") == Uses(collection=False, training=True)
    (bare / "queries.csv").write_text("query_id,item_id,lang,text\n")
    (bare / "passages.jsonl").write_text('{"passage_id": "1", "lang": "de", "text": "x"}\n')
    assert not coverage.uses(str(bare)).training
    for name in ("broken.parquet", "broken.jsonl", "empty.csv"):
        (tmp_path / name).write_bytes(b"" if name == "empty.csv" else b"?")
        assert coverage.uses(str(tmp_path / name)) == Uses(collection=True, training=False)


@pytest.fixture
def negatives(tmp_path: Path) -> Path:
    """Pairs of two items: several negatives, none, the own passage, and its translation."""
    rows = [
        {
            "item_id": "a",
            "lang": "de",
            "query": "wo?",
            "passage": "dort",
            "negative_1": "nie",
            "negative_2": "x",
        },
        {
            "item_id": "a",
            "lang": "en",
            "query": "where?",
            "passage": "there",
            "negative_1": " ",
            "negative_2": "",
        },
        {
            "item_id": "b",
            "lang": "de",
            "query": "wer?",
            "passage": "sie",
            "negative_1": "she",
            "negative_2": "y",
        },
        {
            "item_id": "b",
            "lang": "en",
            "query": "who?",
            "passage": "she",
            "negative_1": "she",
            "negative_2": None,
        },
    ]
    path = tmp_path / "n.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_hard_negatives_are_counted_with_those_that_are_the_answer(negatives: Path) -> None:
    found = coverage.facts(str(negatives), pairs.load([str(negatives)])).negatives
    assert found == (4, 3, 5, 2, 2)


def test_columns_of_negatives_are_one_list(negatives: Path) -> None:
    rows = pairs.load([str(negatives)])
    assert rows.rows["negative"].to_list() == [["nie", "x"], None, ["she", "y"], ["she"]]
    texts = rows.texts(np.array([0, 1]), np.array([0, 1]))
    assert texts.negatives == [["nie", "x"], []]


@pytest.mark.parametrize("several", [["x", "y"], [{"docid": "1", "title": "", "text": "x"}, {"text": "y"}]])
def test_lists_of_negatives(tmp_path: Path, several: list[object]) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "pos": ["she"], "neg": several}
    path = tmp_path / "n.jsonl"
    path.write_text(json.dumps(row) + "\n")
    assert pairs.load([str(path)]).rows["negative"].to_list() == [["x", "y"]]
