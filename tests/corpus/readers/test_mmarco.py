from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.errors import DataError
from tests.corpus.reading import collected, notes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for lang in ("german", "english"):
        (tmp_path / "collections").mkdir(exist_ok=True)
        text = f'7\t{lang} river\n8\t"{lang}" lake\n'
        (tmp_path / "collections" / f"{lang}_collection.tsv.gz").write_bytes(gzip.compress(text.encode()))
        (tmp_path / f"{lang}_queries.dev.small.tsv").write_text(f"3\t{lang} where?\n4\t{lang} who?\n")
    (tmp_path / "qrels.dev.small.tsv").write_text("3\t0\t7\t1\n")
    return tmp_path


def test_queries_and_passages_of_a_number_are_translations(folder: Path) -> None:
    found, told = collected(folder), notes(folder)
    assert found.languages == ["de", "en"]
    assert found.passages["passage_id"].to_list() == ["de-7", "de-8", "en-7", "en-8"]
    assert sorted(found.judgements.select("query_id", "passage_id").rows()) == [
        (f"{asked}-3", f"{lang}-7") for asked in ("de", "en") for lang in ("de", "en")
    ]
    assert any("german as de" in note for note in told)
    assert any(note.startswith("2 queries without a relevant judgement") for note in told)
    assert catalog.add("mm", folder)[0].reader == "mmarco"
    assert catalog.load("mm").passage_inputs("de") == ["german river", '"german" lake']


def test_what_is_missing_or_broken_is_told(folder: Path) -> None:
    (folder / "french_queries.dev.small.tsv").write_text("3\tou?\n")
    assert any("french has passages or queries alone" in note for note in notes(folder))
    (folder / "english_queries.dev.small.tsv").write_text("3 where?\n")
    with pytest.raises(DataError, match=r"english_queries.dev.small.tsv, line 1: not a number, a tab"):
        collected(folder)
    (folder / "qrels.dev.small.tsv").unlink()
    with pytest.raises(DataError, match=r"no file with qrels\.dev\.small\.tsv"):
        collected(folder)


def test_files_that_are_not_read_are_told_and_two_of_a_language_refused(folder: Path) -> None:
    (folder / "english_queries.train.tsv").write_text("5\twhy?\n")
    (folder / "qrels.train.tsv").write_text("5\t0\t7\t1\n")
    assert "files that are not read: english_queries.train.tsv, qrels.train.tsv" in notes(folder)
    (folder / "german_collection.tsv").write_text("7\tRiver\n")
    with pytest.raises(
        DataError,
        match=r"german_collection.tsv: .*german_collection.tsv.gz is the same part|"
        r"german_collection.tsv.gz: .*german_collection.tsv is the same part",
    ):
        collected(folder)
