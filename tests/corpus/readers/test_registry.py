from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_tui.corpus.readers import registry
from hybrid_tui.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("files", "reader"),
    [
        (["de.json", "README.md"], "squad-r"),
        (["test-context-de-question-de.json"], "squad-r"),
        (["corpus.jsonl", "queries.jsonl"], "beir"),
        (["de/corpus.jsonl", "en/corpus.jsonl"], "beir"),
        ([f"{part}/test.jsonl" for part in ("corpus", "queries", "qrels")], "mteb"),
        (["de-corpus.jsonl", "de-queries.jsonl", "de-qrels.jsonl"], "mteb"),
        (["queries.parquet", "passages.parquet", "relevance.parquet"], "tables"),
        (["rivers.jsonl"], "tables"),
    ],
)
def test_the_reader_is_told_by_the_files(
    tmp_path: Path, jsonl: Callable[..., Path], files: list[str], reader: str
) -> None:
    for file in files:
        jsonl(tmp_path / file, [])
    source = registry.source_of(str(tmp_path))
    assert (source.reader, source.name) == (reader, str(tmp_path))


def test_a_file_that_exists_comes_before_the_hub(
    tmp_path: Path, jsonl: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    jsonl(tmp_path / "owner" / "name" / "a.jsonl", [])
    monkeypatch.chdir(tmp_path)
    assert registry.source_of("owner/name").reader == "tables"
    assert registry.source_of("owner/other").reader == "hub"


def test_nothing_there_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no such file or folder: /no/such/folder"):
        registry.source_of("/no/such/folder")


def test_what_was_looked_for_is_told_when_nothing_fits(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(DataError, match="no reader fits") as caught:
        registry.source_of(str(tmp_path))
    assert {"de.json", "corpus.jsonl", "queries.*"} <= set(caught.value.hint.replace(",", "").split())
