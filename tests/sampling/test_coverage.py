from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus import pairs
from hybrid_tui.corpus.training_pairs import TrainingPairs
from hybrid_tui.errors import UsageError
from hybrid_tui.languages import LANGUAGES
from hybrid_tui.sampling.coverage import coverage_of, groups
from hybrid_tui.sampling.feasibility import feasibilities, report
from hybrid_tui.sampling.plan import Plan
from hybrid_tui.sampling.samplers import Sampler

Rows = list[tuple[str, str, str, str]]


@pytest.fixture
def made(tmp_path: Path) -> Callable[[Rows], TrainingPairs]:
    """Read rows of item, language, query and passage as training data."""

    def make(rows: Rows, name: str = "p") -> TrainingPairs:
        columns = ["item_id", "lang", "query", "passage"]
        pl.DataFrame(rows, columns, orient="row").write_parquet(tmp_path / f"{name}.parquet")
        return pairs.load([str(tmp_path / f"{name}.parquet")])

    return make


def test_items_that_share_a_text_are_a_group(made: Callable[..., TrainingPairs]) -> None:
    found = made(
        [
            ("a", "de", "q1", "p1"),
            ("b", "de", "q2", "p2"),
            ("b", "en", "q2e", "shared"),
            ("c", "fr", "q3", "shared"),
            ("d", "fr", "q3", "p4"),
            ("e", "fr", "p4", "q1"),
        ]
    )
    told = "a query that reads like another item's passage links nothing, languages make no difference"
    assert groups(found).tolist() == [0, 1, 1, 1, 2], told
    assert coverage_of(found).group.tolist() == [0, 1, 1, 1, 2]


def test_coverage_tells_languages_and_data_sets(tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "item_id": ["b", "a", "a"],
            "lang": ["en", "de", "en"],
            "query": ["1", "2", "3"],
            "passage": list("xyz"),
        }
    ).write_csv(tmp_path / "one.csv")
    pl.DataFrame({"item_id": ["a", "a"], "lang": ["fr", "en"], "text": ["u", "v"]}).write_csv(
        tmp_path / "two.csv"
    )
    found = coverage_of(pairs.load([str(tmp_path)]))
    assert found.languages == ("de", "en", "fr")
    assert [tuple(vars(each).values()) for each in found.sources] == [
        ("one", 0, 2, True),
        ("two", 2, 3, False),
    ]
    assert found.mask.tolist() == [0b011, 0b010, 0b110]
    assert found.group.tolist() == [0, 1, 2]


def test_64_languages_and_no_more(made: Callable[..., TrainingPairs]) -> None:
    codes = list(LANGUAGES)
    if len(codes) > 64:
        with pytest.raises(UsageError, match="more than 64"):
            coverage_of(made([("a", code, f"q{code}", f"p{code}") for code in codes[:65]], "many"))
    many = made([(item, code, f"{item}{code}", f"p{item}{code}") for code in codes[:64] for item in "ab"])
    found = coverage_of(many)
    assert int(found.mask[0]) == (1 << len(many.languages)) - 1
    batch = Plan(found, Sampler("cross"), 2, 1).batch(0)
    rows = many.row_numbers(batch.items, batch.query_langs)
    assert many.rows["lang"].gather(rows).to_list() == [found.languages[lang] for lang in batch.query_langs]


def test_reach_of_every_sampler(made: Callable[..., TrainingPairs]) -> None:
    rows = [(f"i{n}", lang, f"q{n}{lang}", f"p{n}{lang}") for n in range(6) for lang in ("de", "en")]
    rows += [(f"j{n}", lang, f"q{n}{lang}", f"p{n}{lang}") for n in range(6, 9) for lang in ("en", "fr")]
    told = {each.sampler: each for each in feasibilities(coverage_of(made(rows)))}
    assert [tuple(each)[1:6] for each in told.values()] == [
        (3, 0, 3, 3, 3),
        (0, 4, 9, 9, 1),
        (0, 2, 6, 6, 1),
        (3, 4, 3, 3, 3),
        (3, 0, 9, 9, 1),
    ]
    assert list(told) == ["mono", "cross", "cross, a pair a batch", "hybrid", "mixed"]
    assert not any(each.problem for each in told.values())


def test_reach_says_why_a_sampler_cannot_draw(made: Callable[..., TrainingPairs]) -> None:
    found = {each.sampler: each for each in feasibilities(coverage_of(made([("a", "de", "q", "p")] * 2)))}
    assert found["mono"].largest_batch == found["mixed"].largest_batch == 1
    for name in ("cross", "cross, a pair a batch", "hybrid"):
        assert found[name].largest_batch == found[name].steps == 0
        assert "two languages" in found[name].problem


def test_a_report_counts_linked_items(tmp_path: Path, made: Callable[..., Any]) -> None:
    made([("a", "de", "q", "p"), ("b", "de", "q", "p2"), ("c", "de", "q3", "p3")])
    assert report(str(tmp_path / "p.parquet")).linked == 2
