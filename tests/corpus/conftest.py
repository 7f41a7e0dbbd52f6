"""Small sources in every form, written where a test wants them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus import starter

Rows = list[dict[str, Any]]

PAIRS: Rows = [
    {
        "item_id": item,
        "lang": lang,
        "query": f"{lang} asks {item}?",
        "passage": f"{lang} tells {item}.",
        "split": split,
    }
    for item, split in (("one", "train"), ("two", "test"))
    for lang in ("en", "de")
]


@pytest.fixture
def pairs() -> Rows:
    """Two items, `one` in split train and `two` in test, in English and German."""
    return [dict(row) for row in PAIRS]


@pytest.fixture
def jsonl() -> Callable[[Path, Iterable[Any]], Path]:
    """Write rows as JSON lines, folders included."""

    def write(path: Path, rows: Iterable[Any]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def pairs_file(tmp_path: Path, pairs: Rows, jsonl: Callable[..., Path]) -> Path:
    return jsonl(tmp_path / "pairs.jsonl", pairs)


@pytest.fixture
def small_starter(
    tmp_path: Path, pairs: Rows, jsonl: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put two items in the place of the starter collection."""
    jsonl(tmp_path / "starter" / "rivers.jsonl", pairs)
    monkeypatch.setattr(starter, "FOLDER", tmp_path / "starter")
    starter.load.cache_clear()
    yield
    starter.load.cache_clear()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Rows], Path]:
    """Write rows as the kind of table that the name ends in."""

    def made(name: str, rows: Rows) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = pl.DataFrame(rows, infer_schema_length=None)
        if path.suffix == ".parquet":
            frame.write_parquet(path)
        elif path.suffix == ".csv":
            frame.write_csv(path)
        else:
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return path

    return made


@pytest.fixture
def rows() -> Rows:
    """Three items, out of order; `b` lacks de, `c` has de alone."""
    there = [("b", "zh"), ("a", "zh"), ("c", "de"), ("a", "de"), ("b", "en"), ("a", "en")]
    return [
        {
            "item_id": item,
            "lang": lang,
            "query": f" {item} {lang}? ",
            "passage": f"{item} {lang}.\n",
            "source": "made up",
            "licence": "CC0",
        }
        for item, lang in there
    ]
