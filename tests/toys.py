"""Small collections in the catalog, with embeddings kept as a model's: nothing is encoded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.systems import system as systems
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.system import System

LANGS = ("de", "en", "th")
MODELS = ("me5-small", "use-m3")
DIMENSION = 16
ROLES: tuple[Role, Role] = ("query", "passage")


def system(name: str, data: str = "toy") -> System:
    """Return a system on a collection, with encoders and embeddings of its own."""
    return systems.system(name, data, OwnResources())


def toy(
    name: str = "toy",
    items: int = 12,
    langs: Sequence[str] = LANGS,
    *,
    asked: Sequence[str] = (),
    models: Sequence[str] = MODELS[:1],
) -> Collection:
    """Add a collection with a query and its passage for each item and language, and embeddings of models.

    asked: languages of the queries, where not those of the passages.
    """
    folder = settings.cache_dir() / name
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "queries": [
            {
                "query_id": f"{lang}-q{n}",
                "item_id": f"item{n}",
                "lang": lang,
                "text": f"{lang} question {n}? [/x]",
            }
            for lang in asked or langs
            for n in range(items)
        ],
        "passages": [
            {"passage_id": f"{lang}-p{n}", "lang": lang, "text": f"{lang} answer {n}"}
            for lang in langs
            for n in range(items)
        ],
        "relevance": [
            {"item_id": f"item{n}", "passage_id": f"{lang}-p{n}"} for lang in langs for n in range(items)
        ],
    }
    for table, rows in tables.items():
        lines = "\n".join(json.dumps(row) for row in rows)
        (folder / f"{table}.jsonl").write_text(lines, encoding="utf-8")
    catalog.add(name, folder)
    collection = catalog.load(name)
    for seed, each in enumerate(models):
        embed(collection, each, noise=1.0 + 0.6 * seed, seed=seed)
    return collection


def embed(collection: Collection, name: str, *, noise: float = 1.0, seed: int = 0) -> None:
    """Keep made-up embeddings: an item's own direction, a language's, and noise."""
    rng = np.random.default_rng(seed)
    item_of = {item: rng.normal(size=DIMENSION) for item in sorted(collection.queries["item_id"].unique())}
    lang_of = {lang: rng.normal(size=DIMENSION) for lang in collection.languages}
    answered = dict(collection.relevance.select("passage_id", "item_id").iter_rows())
    for role in ROLES:
        for lang in collection.languages:
            vectors = [
                item_of.get(item, 0) + 0.7 * lang_of[lang] + noise * rng.normal(size=DIMENSION)
                for item in _items(collection, role, lang, answered)
            ]
            if vectors:
                put(collection, name, role, lang, np.array(vectors))


def put(collection: Collection, name: str, role: Role, lang: str, vectors: NDArray[np.floating]) -> None:
    """Keep vectors, made of length 1, as the embeddings of a model."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    EmbeddingStore().write(shelf(collection, name, role, lang), 0, unit.astype(np.float32))


def kept(collection: Collection, name: str, role: Role, lang: str) -> NDArray[np.float32]:
    """The embeddings that are kept of one language."""
    table = collection.queries if role == "query" else collection.passages
    vectors = EmbeddingStore().read(shelf(collection, name, role, lang), len(table.filter(lang=lang)))
    assert vectors is not None
    return vectors


def shelf(collection: Collection, name: str, role: Role, lang: str) -> StoreKey:
    return StoreKey(model.resolve(name).fingerprint, collection.fingerprint, role, lang)


def _items(collection: Collection, role: Role, lang: str, answered: dict[str, str]) -> list[str]:
    if role == "query":
        return collection.queries.filter(lang=lang)["item_id"].to_list()
    return [answered.get(each, "") for each in collection.passages.filter(lang=lang)["passage_id"]]


@contextmanager
def failing(module: object, name: str, error: BaseException, after: int = 0) -> Iterator[None]:
    """Let a function of a module raise an error once it has been called `after` times."""
    true, calls = getattr(module, name), 0

    def broken(*words: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise error
        return true(*words, **named)

    setattr(module, name, broken)
    try:
        yield
    finally:
        setattr(module, name, true)
