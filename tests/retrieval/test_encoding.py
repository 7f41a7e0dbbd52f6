from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import large_collection
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.errors import Cancelled, HybridTuiError
from hybrid_tui.retrieval import encoding, shelves
from hybrid_tui.retrieval.corrections import parse
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.stored_rows import StoredPart
from hybrid_tui.systems.embedded import EmbeddedTexts
from hybrid_tui.systems.retriever import Retriever


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path, shipped=None)


def test_a_second_call_encodes_nothing(small, spec, store, encoder):
    first = encoding.embeddings(small, spec, "passage", ["de", "en"], store, lambda: encoder)
    assert encoder.calls == [2, 2], "a text that is there twice is encoded once"
    again = encoding.embeddings(
        small, spec, "passage", ["de", "en"], store, lambda: pytest.fail("encoder asked for")
    )
    for lang, values in first.items():
        np.testing.assert_array_equal(values, again[lang])


def test_rows_follow_the_collection(small, spec, store, encoder):
    values = encoding.embeddings(small, spec, "query", ["en"], store, lambda: encoder)["en"]
    np.testing.assert_array_equal(values, encoder.encode(["abd", "xyz"], "query"))


def test_a_cancelled_run_keeps_its_parts_and_goes_on(small, spec, store, encoder, monkeypatch):
    monkeypatch.setattr(shelves, "SMALLEST_PART", 1)
    seen: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        encoding.embeddings(
            small,
            spec,
            "passage",
            ["de", "en"],
            store,
            lambda: encoder,
            progress=lambda *at: seen.append(at),
            cancelled=lambda: len(encoder.calls) == 2,
        )
    assert seen == [(0, 4), (1, 4), (2, 4)]
    encoding.embeddings(small, spec, "passage", ["de", "en"], store, lambda: encoder)
    assert sum(encoder.calls) == 4


def test_one_row_is_read_before_the_rest_is_there(small, spec, store, encoder):
    made = encoder.encode(["abd", "xyz"], "query")
    shelf = shelves.Shelves(store, spec, small, "query", ["en"])
    store.write(shelf.key("en"), 1, made[1:])
    assert encoding.kept_row(small, spec, "query", "en", store, 0) is None
    np.testing.assert_array_equal(encoding.kept_row(small, spec, "query", "en", store, 1), made[1:])


@pytest.fixture
def big(small: Collection, tmp_path: Path) -> Collection:
    """Give the texts of `small` to a collection that reads them from disk."""
    passages = small.passages.drop("context").with_columns(where=pl.lit("here"))
    return large_collection.build(
        "big", Stream(small.queries, lambda: iter([passages]), small.relevance), tmp_path / "texts"
    )


@pytest.mark.parametrize("role", ["query", "passage"])
def test_rows_are_those_that_are_made_in_memory(big, small, spec, store, encoder, role, tmp_path):
    found = encoding.stored_embeddings(big, spec, role, ["de", "en"], store, lambda: encoder)
    eager = encoding.embeddings(
        small, spec, role, ["de", "en"], EmbeddingStore(tmp_path / "other", None), lambda: encoder
    )
    for lang, values in eager.items():
        assert len(found[lang]) == len(values)
        np.testing.assert_array_equal(found[lang][:], values)


def test_a_second_call_of_a_large_one_encodes_nothing(big, spec, store, encoder):
    encoding.stored_embeddings(big, spec, "passage", ["de", "en"], store, lambda: encoder)
    again = encoding.stored_embeddings(
        big, spec, "passage", ["de", "en"], store, lambda: pytest.fail("encoder asked for")
    )
    assert [len(rows) for rows in again.values()] == [3, 2]


def test_no_more_texts_than_a_part_are_read_and_encoded_at_a_time(big, spec, store, encoder, monkeypatch):
    monkeypatch.setattr(shelves, "SMALLEST_PART", 2)
    read: list[int] = []
    texts = Collection.passage_texts
    monkeypatch.setattr(
        Collection, "passage_texts", lambda self, rows: (read.append(len(rows)), texts(self, rows))[1]
    )
    encoding.stored_embeddings(big, spec, "passage", ["de", "en"], store, lambda: encoder)
    assert max(read) == 2
    assert encoder.calls == [1, 2, 1]


def test_what_was_just_written_and_cannot_be_read_is_told(big, spec, store, encoder, monkeypatch):
    gone = StoredPart(Path("gone.safetensors"), 0, 0, 3)
    monkeypatch.setattr(EmbeddingStore, "write", lambda *_: gone)
    with pytest.raises(HybridTuiError, match="cannot be read back"):
        encoding.stored_embeddings(big, spec, "passage", ["de"], store, lambda: encoder)


@pytest.mark.parametrize("correction", ["none", "center"])
def test_a_search_reads_its_hits_from_disk(big, small, spec, store, encoder, tmp_path, correction):
    told = parse(correction)
    other = EmbeddingStore(tmp_path / "other", None)
    found = Retriever("letters", EmbeddedTexts(big, spec, store, lambda: encoder, correction=told)).search(
        "abc", query_lang="en", k=4
    )
    eager = Retriever("letters", EmbeddedTexts(small, spec, other, lambda: encoder, correction=told)).search(
        "abc", query_lang="en", k=4
    )
    assert found.hits == eager.hits


@pytest.mark.parametrize(("rows", "part"), [(5, 5), (2_000_000, 15_625), (30_000_000, 16_384)])
def test_a_language_is_cut_into_about_a_hundred_parts(small, spec, store, monkeypatch, rows, part):
    monkeypatch.setattr(Collection, "passage_count", lambda self, lang: rows)
    monkeypatch.setattr(Collection, "passage_inputs", lambda self, lang, start, stop: [])
    found = shelves.Shelves(store, spec, small, "passage", ["de"]).missing()
    assert max(len(portion.rows) for portion in found) == part
    assert len(found) <= rows / part + 3
    assert [portion.rows.start for portion in found[1:]] == [portion.rows.stop for portion in found[:-1]]
