from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus import catalog, collection_files, large_collection
from hybrid_tui.corpus.chunking import WORDS, Tokens, chunks
from hybrid_tui.corpus.cleaning import clean_stream
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.collection_names import folder_of
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import UsageError
from tests.corpus.reading import notes

LETTERS = Tokens("letters", lambda text: [(at, at + 1) for at in range(len(text))])


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in WORDS.spans(text)]


@pytest.fixture
def folder(tmp_path: Path, jsonl: Callable[..., Path]) -> Path:
    """Two documents in de and en, long and short, of which one answers the question of each."""
    texts = {"long": "eins zwei drei vier fünf sechs sieben", "short": "acht neun"}
    rows = [
        {"_id": f"{lang}-{name}", "lang": lang, "text": text}
        for lang in ("de", "en")
        for name, text in texts.items()
    ]
    jsonl(tmp_path / "corpus.jsonl", rows)
    jsonl(tmp_path / "queries.jsonl", [{"_id": "q", "lang": "en", "text": "which?"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq\tde-long\t2\nq\ten-short\t1\n"
    )
    return tmp_path


@given(st.text("ab 中น\n", max_size=60), st.integers(1, 6), st.integers(0, 5))
def test_chunks_have_every_token_and_the_overlap(text: str, size: int, overlap: int) -> None:
    overlap = min(overlap, size - 1)
    found = chunks(text, size, overlap)
    parts = [words(each) for each in found]
    assert all(len(part) <= size for part in parts)
    assert [word for at, part in enumerate(parts) for word in part[overlap * (at > 0) :]] == words(text)
    for before, after in pairwise(parts):
        assert before[len(before) - overlap :] == after[:overlap]
        assert len(after) > overlap


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The Nile flows.", ["The", "Nile", "flows."]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("尼罗河", ["尼", "罗", "河"]),
        ("แม่น้ำไนล์", ["แม่น้ำ", "ไนล์"]),
        (" \n", []),
    ],
)
def test_words_are_told_in_every_script(text: str, told: list[str]) -> None:
    assert words(text) == told


def test_other_tokens_may_be_counted() -> None:
    assert chunks("abcde", 2, 1, LETTERS) == ["ab", "bc", "cd", "de"]
    assert chunks("a  b", 2, 0, LETTERS) == ["a", "b"]
    assert chunks(" a", 9, 0, LETTERS) == [" a"]


def test_a_document_keeps_its_id_and_its_judgements(folder: Path) -> None:
    catalog.add("long", folder, options=ReadOptions(chunk=3, overlap=1))
    found = catalog.load("long")
    assert found.chunked
    assert found.passages.select("passage_id", "document", "text").rows() == [
        ("de-long#1", "de-long", "eins zwei drei"),
        ("de-long#2", "de-long", "drei vier fünf"),
        ("de-long#3", "de-long", "fünf sechs sieben"),
        ("de-short#1", "de-short", "acht neun"),
        ("en-long#1", "en-long", "eins zwei drei"),
        ("en-long#2", "en-long", "drei vier fünf"),
        ("en-long#3", "en-long", "fünf sechs sieben"),
        ("en-short#1", "en-short", "acht neun"),
    ]
    judged = found.judgements.select("passage_id", "grade").rows()
    assert sorted(judged) == [("de-long#1", 2), ("de-long#2", 2), ("de-long#3", 2), ("en-short#1", 1)]
    told = "2 documents cut into chunks of 3 words, 1 of them the last of the one before: the best chunk's"
    assert any(note.startswith(told) for note in notes(folder, chunk=3, overlap=1))


def test_passages_that_are_no_chunks_have_no_document(folder: Path) -> None:
    whole = catalog.check(folder).collection
    assert not whole.chunked
    assert whole.passages["document"].null_count() == 4
    assert catalog.check(folder, options=ReadOptions(chunk=99)).collection.chunked


def test_documents_are_part_of_the_fingerprint(folder: Path) -> None:
    found = catalog.check(folder, options=ReadOptions(chunk=3)).collection
    as_passages = Collection(
        found.name,
        found.queries,
        found.passages.with_columns(document=pl.lit(None, pl.String)),
        found.relevance,
    )
    assert found.fingerprint != as_passages.fingerprint


def test_a_collection_kept_before_there_were_documents_is_read(folder: Path) -> None:
    catalog.add("old", folder)
    file = folder_of("old") / "passages.parquet"
    pl.read_parquet(file).drop("document").write_parquet(file)
    assert not collection_files.read(folder_of("old")).chunked


def test_batches_are_chunked_alike(folder: Path, tmp_path: Path) -> None:
    options = ReadOptions(chunk=3, overlap=1)
    whole = catalog.check(folder, options=options).collection
    rows = catalog.check(folder).collection
    passages = rows.passages.select("passage_id", "lang", "text").with_columns(where=pl.lit("here"))
    stream = Stream(rows.queries, lambda: passages.iter_slices(3), rows.relevance)
    found = large_collection.build("l", clean_stream(stream, options, Notes()), tmp_path / "texts", Notes())
    said = ["passage_id", "lang", "document"]
    assert found.passages.select(said).rows() == whole.passages.select(said).rows()
    assert found.passage_texts(range(8))["text"].to_list() == whole.passages["text"].to_list()
    assert found.judgements.sort("passage_id").equals(whole.judgements.sort("passage_id"))


def test_a_split_keeps_documents(folder: Path, jsonl: Callable[..., Path]) -> None:
    found = catalog.check(folder, options=ReadOptions(chunk=3)).collection
    split = Collection(
        "c", found.queries.with_columns(split=pl.lit("test")), found.passages, found.relevance
    ).split("test")
    assert split.passages["document"].to_list() == ["de-long"] * 3 + ["en-short"]
    assert split.chunked


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"chunk": -1}, "-1 tokens are no chunk"),
        ({"overlap": 3}, "chunks of a number of tokens"),
        ({"chunk": 3, "overlap": 3}, "chunks of 3 tokens cannot have 3 in common"),
        ({"chunk": 3, "overlap": -1}, "cannot have -1 in common"),
    ],
)
def test_impossible_chunks_are_refused(options: dict[str, int], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        ReadOptions(**options)
    assert told in str(caught.value)
