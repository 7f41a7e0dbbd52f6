"""No text is encoded twice under a model, and little is lost when a run is killed."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import Cancelled, HybridTuiError
from hybrid_tui.retrieval import missing_rows, shelves
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.encoding import embeddings
from hybrid_tui.retrieval.shelves import Shelves

from .conftest import LetterEncoder


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path / "cache", shipped=None)


def words(count: int, first: int = 0) -> list[str]:
    """Different texts."""
    return [f"text {chr(97 + number % 26) * (1 + number // 26)}" for number in range(first, first + count)]


def made_of(texts: dict[str, Sequence[str]], name: str = "made") -> Collection:
    """A collection with these passages and one question."""
    lang = next(iter(texts))
    passages = [(f"{code}-{n}", code, text) for code, each in texts.items() for n, text in enumerate(each)]
    return corpus.build(
        name,
        pl.DataFrame({"query_id": ["q"], "item_id": ["i"], "lang": [lang], "text": [f"the query of {name}"]}),
        pl.DataFrame(passages, schema=["passage_id", "lang", "text"], orient="row"),
        pl.DataFrame({"item_id": ["i"], "passage_id": [f"{lang}-0"]}),
    )


def encode(collection, spec, store, encoder, **options) -> dict[str, np.ndarray]:
    langs = sorted(collection.passages["lang"].unique())
    return embeddings(collection, spec, "passage", langs, store, lambda: encoder, **options)


def of_letters(collection: Collection, lang: str) -> np.ndarray:
    return LetterEncoder().encode(collection.passage_inputs(lang), "passage")


def no_encoder() -> LetterEncoder:
    pytest.fail("encoder asked for")


def test_a_grown_collection_encodes_the_new_texts_alone(spec, store, encoder):
    before, grown = made_of({"de": words(50)}), made_of({"de": [*words(20, 60), *words(50), "new"]})
    encode(before, spec, store, encoder)
    encoder.calls.clear()
    told: list[tuple[int, int]] = []
    found = encode(grown, spec, store, encoder, progress=lambda *at: told.append(at))
    assert sum(encoder.calls) == 21
    assert told[0] == (0, 21)
    assert told[-1] == (21, 21)
    np.testing.assert_array_equal(found["de"], of_letters(grown, "de"))


def test_the_same_texts_elsewhere_are_not_encoded(spec, store, encoder):
    encode(made_of({"de": words(40), "en": words(3)}), spec, store, encoder)
    other = made_of({"en": words(40)[::-1]}, "other name, order, ids and language")
    found = embeddings(other, spec, "passage", ["en"], store, no_encoder)
    np.testing.assert_array_equal(found["en"], of_letters(other, "en"))


def test_a_split_takes_its_rows_from_what_ships(spec, tmp_path: Path, encoder):
    whole = made_of({"de": words(9)})
    shipped = EmbeddingStore(tmp_path / "shipped", None, "float16")
    encode(whole, spec, shipped, encoder)
    store = EmbeddingStore(tmp_path / "cache", shipped.root)
    split = made_of({"de": words(9)[2:5]}, "split")
    found = embeddings(split, spec, "passage", ["de"], store, no_encoder)["de"]
    np.testing.assert_array_equal(found, of_letters(split, "de").astype(np.float16))


def test_a_text_counts_with_its_context_model_and_role(spec, store, encoder, small):
    encode(small, spec, store, encoder)
    context = replace(
        small, with_context=True, passages=small.passages.with_columns(context=pl.lit("around it"))
    )
    for texts, model in ((context, spec), (small, replace(spec, fingerprint="other"))):
        shelf = Shelves(store, model, texts, "passage", ["de", "en"])
        assert shelf.to_encode() == 4
    assert Shelves(store, spec, small, "query", ["de", "en"]).to_encode() == 3
    assert Shelves(store, spec, small, "passage", ["de", "en"]).to_encode() == 0


@pytest.mark.parametrize("part", [1, 4, 1000])
def test_texts_that_are_there_twice_are_encoded_once(spec, store, encoder, part, monkeypatch):
    monkeypatch.setattr(shelves, "SMALLEST_PART", part)
    doubled = made_of({"de": ["b", "a", "b", "c", "a"], "en": ["c", "d", "b", "d"]})
    found = encode(doubled, spec, store, encoder)
    assert sum(encoder.calls) == 4
    for lang, values in found.items():
        np.testing.assert_array_equal(values, of_letters(doubled, lang))


def test_parts_without_hashes_serve_their_own_shelf(spec, store, encoder):
    old, same = made_of({"de": words(5)}, "old"), made_of({"de": ["new", *words(5)]}, "same")
    store.write(StoreKey(spec.fingerprint, old.fingerprint, "passage", "de"), 0, of_letters(old, "de"))
    encode(old, spec, store, no_encoder)
    encode(same, spec, store, encoder)
    assert sum(encoder.calls) == 6


@pytest.mark.parametrize("damage", ["flipped", "emptied", "gone"])
def test_rows_of_a_torn_part_are_encoded_again(spec, store, encoder, damage, monkeypatch):
    first, second = made_of({"de": words(5)}), made_of({"de": words(6)}, "second")
    encode(first, spec, store, encoder)
    (path,) = store.root.rglob("*passage-de/*.safetensors")
    if damage == "gone":
        known = Shelves.known

        def late(self, portions):
            found = known(self, portions)
            path.unlink()
            return found

        monkeypatch.setattr(Shelves, "known", late)
    else:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content if damage == "flipped" else b"")
    encoder.calls.clear()
    found = encode(second, spec, store, encoder)
    assert sum(encoder.calls) == 6
    np.testing.assert_array_equal(found["de"], of_letters(second, "de"))


def test_precisions_mix(spec, store, encoder):
    half = replace(store, precision="float16")
    encode(made_of({"de": words(5)}), spec, half, encoder)
    grown = made_of({"de": words(7)}, "grown")
    found = encode(grown, spec, store, encoder)["de"]
    np.testing.assert_array_equal(found[:5], of_letters(grown, "de")[:5].astype(np.float16))
    np.testing.assert_array_equal(found[5:], of_letters(grown, "de")[5:])


@dataclass
class Slow(LetterEncoder):
    """Takes a second a text, and fails after some of them."""

    now: float = 0.0
    last: int = 1000

    def encode(self, texts, role, **options):
        self.now += len(texts)
        if self.now > self.last:
            raise KeyboardInterrupt
        return super().encode(texts, role, **options)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    encoder = Slow()
    monkeypatch.setattr(missing_rows, "monotonic", lambda: encoder.now)
    return encoder


def test_what_is_encoded_is_written_every_fifteen_seconds(spec, store, slow):
    texts = made_of({"de": words(60)})
    kept: list[int] = []
    shelf = Shelves(store, spec, texts, "passage", ["de"])
    encode(texts, spec, store, slow, progress=lambda *_: kept.append(shelf.count()["de"]))
    assert slow.calls == [8, 15, 15, 15, 7]
    assert kept == [0, 0, 8, 23, 38, 53]
    assert len(list(store.root.rglob("*.safetensors"))) == 1, "parts do not get smaller for it"


@pytest.mark.parametrize("last", [9, 25, 44])
def test_a_killed_run_loses_fifteen_seconds(spec, store, slow, last):
    texts = made_of({"de": words(60)})
    slow.last = last
    with pytest.raises(KeyboardInterrupt):
        encode(texts, spec, store, slow)
    kept = Shelves(store, spec, texts, "passage", ["de"]).count()["de"]
    assert kept == sum(slow.calls) >= last - 15
    slow.last = 1000
    found = encode(texts, spec, store, slow)
    assert sum(slow.calls) == 60
    np.testing.assert_array_equal(found["de"], of_letters(texts, "de"))


def test_each_language_soon_has_some(spec, store, encoder):
    texts = made_of({"de": words(300), "en": words(300, 300), "fr": words(300, 600)})
    counts: list[dict[str, int]] = []
    shelf = Shelves(store, spec, texts, "passage", ["de", "en", "fr"])
    encode(texts, spec, store, encoder, progress=lambda *_: counts.append(shelf.count()))
    assert {"de": 32, "en": 32, "fr": 32} in counts


def test_a_full_disk_is_told_and_loses_no_part(spec, store, encoder, monkeypatch):
    texts = made_of({"de": words(50)})
    sync, calls = os.fsync, [0]

    def full(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(HybridTuiError, match=r"cannot write .*: No space left on device"):
            encode(texts, spec, store, encoder)
    assert Shelves(store, spec, texts, "passage", ["de"]).count() == {"de": 40}
    encoder.calls.clear()
    encode(texts, spec, store, encoder)
    assert sum(encoder.calls) == 10


@dataclass
class Held(LetterEncoder):
    """Encodes once it is let."""

    def __post_init__(self) -> None:
        self.asked, self.go = Event(), Event()

    def encode(self, texts, role, **options):
        self.asked.set()
        assert self.go.wait(20)
        return super().encode(texts, role, **options)


def test_who_comes_second_waits_and_encodes_nothing(spec, store):
    texts, held, told = made_of({"de": words(40)}), Held(), Event()

    def second(done: int, total: int) -> None:
        assert total == 40
        told.set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(encode, texts, spec, store, held)
        assert held.asked.wait(20)
        waiting = pool.submit(encode, texts, spec, store, no_encoder, progress=second)
        assert told.wait(20)
        held.go.set()
        np.testing.assert_array_equal(first.result(20)["de"], waiting.result(20)["de"])
    assert sum(held.calls) == 40


def test_who_waits_can_be_cancelled(spec, store):
    texts, held = made_of({"de": words(4)}), Held()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(encode, texts, spec, store, held)
        assert held.asked.wait(20)
        with pytest.raises(Cancelled):
            encode(texts, spec, store, no_encoder, cancelled=lambda: True)
        held.go.set()
        first.result(20)
