from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus.collection import build
from hybrid_tui.errors import DataError

QUERIES = [
    {"query_id": f"q{i}", "item_id": f"i{i}", "lang": "en", "text": "why?", "where": f"q.jsonl, line {i}"}
    for i in (1, 2)
]
PASSAGES = [
    {"passage_id": f"p{i}", "lang": "de", "text": "darum.", "where": f"p.jsonl, line {i}"} for i in (1, 2)
]
RELEVANCE = [{"item_id": f"i{i}", "passage_id": f"p{i}", "where": f"r.tsv, line {i}"} for i in (1, 2)]


def problems(
    queries: list[dict[str, Any]] = QUERIES,
    passages: list[dict[str, Any]] = PASSAGES,
    relevance: list[dict[str, Any]] = RELEVANCE,
) -> str:
    with pytest.raises(DataError) as caught:
        build("c", pl.DataFrame(queries), pl.DataFrame(passages), pl.DataFrame(relevance))
    assert caught.value.hint
    return str(caught.value)


def but(rows: list[dict[str, Any]], **changes: Any) -> list[dict[str, Any]]:
    """Change the second row."""
    return [rows[0], rows[1] | changes]


def test_sound_tables_pass() -> None:
    assert build("c", *(pl.DataFrame(rows) for rows in (QUERIES, PASSAGES, RELEVANCE))).queries.height == 2


@pytest.mark.parametrize(
    ("tables", "line"),
    [
        ({"queries": but(QUERIES, lang="xx")}, "q.jsonl, line 2: query lang 'xx' is no language code"),
        ({"passages": but(PASSAGES, lang="qq")}, "p.jsonl, line 2: passage lang 'qq' is no"),
        ({"queries": but(QUERIES, query_id="q1")}, "q.jsonl, line 2: query query_id 'q1' is there already"),
        ({"passages": but(PASSAGES, passage_id="p1")}, "p.jsonl, line 2: passage passage_id 'p1' is there"),
        ({"queries": but(QUERIES, text=" \u3000\n")}, "q.jsonl, line 2: query text is empty"),
        ({"passages": but(PASSAGES, text="")}, "p.jsonl, line 2: passage text is empty"),
        ({"passages": but(PASSAGES, text=None)}, "p.jsonl, line 2: passage text is missing"),
        ({"queries": but(QUERIES, lang=None)}, "q.jsonl, line 2: query lang is missing"),
        ({"queries": but(QUERIES, item_id=None)}, "q.jsonl, line 2: query item_id is missing"),
        ({"relevance": but(RELEVANCE, item_id=None)}, "r.tsv, line 2: relevance item_id is missing"),
        ({"relevance": RELEVANCE[:1]}, "q.jsonl, line 2: query of item 'i2' has no relevant passage"),
        (
            {"relevance": but(RELEVANCE, item_id="i9")},
            "r.tsv, line 2: relevance item_id 'i9' belongs to no query",
        ),
        (
            {"relevance": but(RELEVANCE, passage_id="p9")},
            "r.tsv, line 2: relevance passage_id 'p9' belongs to no passage",
        ),
        (
            {
                "queries": [
                    row | {"item_id": "i1", "split": s}
                    for row, s in zip(QUERIES, ("train", "test"), strict=True)
                ]
            },
            "q.jsonl, line 2: query split 'test' of item 'i1' is 'train' elsewhere",
        ),
    ],
)
def test_each_problem_is_named_with_place_and_field(tables: dict[str, Any], line: str) -> None:
    assert line in problems(**tables)


def test_all_problems_are_told_at_once() -> None:
    message = problems(but(QUERIES, text="", lang="xx"), but(PASSAGES, passage_id="p1"))
    assert "line 2: query text is empty" in message
    assert "'xx'" in message
    assert "'p1' is there already" in message


def test_the_first_twenty_are_shown_and_all_counted() -> None:
    queries = [QUERIES[0] | {"query_id": f"q{i}", "text": "", "where": f"line {i}"} for i in range(1, 51)]
    message = problems(queries, relevance=RELEVANCE[:1])
    assert message.startswith("c: 50 problems")
    assert message.count("query text is empty") == 20
    assert "line 1:" in message
    assert "line 21:" not in message
    assert message.endswith("… and 30 more")


def test_missing_and_mistyped_columns_are_named() -> None:
    with pytest.raises(DataError) as caught:
        build(
            "c",
            pl.DataFrame(QUERIES).drop("lang"),
            pl.DataFrame(PASSAGES).with_columns(passage_id=pl.Series([1, 2])),
            pl.DataFrame(RELEVANCE),
        )
    assert "queries: column lang is missing; there are query_id, item_id, text" in str(caught.value)
    assert "passages: column passage_id holds Int64, not text" in str(caught.value)


def test_rows_without_a_place_are_told_by_number() -> None:
    assert "queries, row 2: query text is empty" in problems(
        [{key: value for key, value in row.items() if key != "where"} for row in but(QUERIES, text="")]
    )


def test_what_would_steer_a_terminal_is_spelled_out() -> None:
    message = problems(but(QUERIES, lang="\x1b[31m"))
    assert "\x1b" not in message
    assert r"\x1b[31m" in message


def test_empty_tables_are_told() -> None:
    empty = pl.DataFrame(schema={"passage_id": pl.String, "lang": pl.String, "text": pl.String})
    with pytest.raises(DataError, match="passages: none found"):
        build("c", pl.DataFrame(QUERIES), empty, pl.DataFrame(RELEVANCE))
