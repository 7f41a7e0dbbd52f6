"""How long encoding is likely to take, told before it begins, and what would be quicker."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from hybrid_tui.api.encoding_rates import measured_as
from hybrid_tui.api.records import Quicker
from hybrid_tui.api.spending import spending_of
from hybrid_tui.api.workspace import Workspace
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.systems import written
from hybrid_tui.systems.system import system

SAMPLED, MEASURED = 40, 32
"""Passages of a language whose length is looked at; passages that are encoded to measure a model's speed."""
WORTHWHILE = 0.5
"""The share of the time that something may take at the most to be called quicker."""
_measuring = Lock()


@dataclass(frozen=True)
class EncodingTime:
    """What a search would encode first: so many texts, in so many seconds.

    needs: what must be downloaded before, or what an endpoint is asked for; the seconds are 0 where the
    model's speed is not known then.
    quicker: other searches, the quickest first. Of what is no dense model the seconds are not known: 0.
    """

    texts: int
    seconds: float
    needs: str = ""
    quicker: tuple[Quicker, ...] = ()


def encoding_time(
    workspace: Workspace,
    data: str,
    named: str,
    langs: Sequence[str] = (),
    query_lang: str = "en",
) -> EncodingTime:
    """Return how long a system takes to encode what a search needs and is not kept.

    langs: passage languages, all by default. query_lang: the first choice of a single one. A model whose
    speed is not known on this machine is loaded and encodes a few passages, unless it must be downloaded.
    Raises what searching raises.
    """
    texts = workspace.retriever(data, named).to_encode(list(langs))
    if not texts:
        return EncodingTime(0, 0.0)
    models = written.parse(named).models
    if not models:
        return EncodingTime(texts, 0.0)
    name = models[0]
    spec = model.resolve(name)
    collection = workspace.collection(data)
    pool = list(langs) or sorted(collection.passages["lang"].unique())
    needs = spec.note or _asked_for(workspace, data, named, langs)
    if needs and not workspace.rates.get(measured_as(spec)):
        return EncodingTime(texts, 0.0, needs, tuple(_models(workspace, data, name, langs)))
    seconds = texts * _mean_size(collection, pool) / _rate(workspace, name, collection, pool)
    others = (
        *_languages(workspace, data, name, pool, query_lang),
        *_splits(workspace, data, name, langs),
        *_models(workspace, data, name, langs),
    )
    quicker = sorted((each for each in others if each.seconds <= WORTHWHILE * seconds), key=_seconds)
    return EncodingTime(texts, seconds, needs, tuple(quicker))


def _asked_for(workspace: Workspace, data: str, named: str, langs: Sequence[str]) -> str:
    """Return in a few words what a search asks of endpoints; empty for nothing."""
    found = spending_of(system(named, data, workspace).needed(langs, asked=False))
    return ", ".join(
        f"about {each.tokens:,} tokens of {each.endpoint}"
        + ("" if each.price is None else f", {each.price:.4f} by its price")
        for each in found
    )


def _seconds(each: Quicker) -> float:
    return each.seconds


def _rate(workspace: Workspace, name: str, collection: Collection, langs: Sequence[str]) -> float:
    """Return the bytes a second that a model encodes, measured now where that was never done."""
    known = measured_as(model.resolve(name))
    with _measuring:
        rate = workspace.rates.get(known)
        if rate is None:
            each = max(MEASURED // len(langs), 1)
            texts = [text for lang in langs for text in _spread(collection, lang, each)][:MEASURED]
            rate = workspace.rates.measure(known, workspace.encoder(name), texts)
    return rate


def _mean_size(collection: Collection, langs: Sequence[str]) -> float:
    """Return the mean length of passages in UTF-8 bytes, of a sample of each language."""
    sizes = [
        (len(collection.passage_rows(lang)), [len(text.encode()) for text in texts])
        for lang in langs
        if (texts := _spread(collection, lang, SAMPLED))
    ]
    total = sum(count for count, _ in sizes)
    return sum(count * sum(found) / len(found) for count, found in sizes) / max(total, 1)


def _spread(collection: Collection, lang: str, count: int) -> list[str]:
    """Return some passages of a language from its beginning to its end."""
    size = len(collection.passage_rows(lang))
    step = max(size // count, 1)
    starts = range(0, size, step)[:count]
    return [text for at in starts for text in collection.passage_inputs(lang, at, at + 1)]


def _languages(
    workspace: Workspace, data: str, name: str, langs: Sequence[str], wish: str
) -> Iterator[Quicker]:
    """Yield the language alone that takes least."""
    if len(langs) < 2:
        return
    collection, retriever = workspace.collection(data), workspace.retriever(data, name)
    kept = retriever.kept(list(langs))
    lacks = {lang: len(collection.passage_rows(lang)) - kept[lang] for lang in langs}
    least = min(langs, key=lambda lang: (lacks[lang] > 0, lang != wish, lacks[lang]))
    rate = _rate(workspace, name, collection, langs)
    yield Quicker("language", least, lacks[least] * _mean_size(collection, [least]) / rate)


def _splits(workspace: Workspace, data: str, name: str, langs: Sequence[str]) -> Iterator[Quicker]:
    """Yield the splits of a collection."""
    if ":" in data:
        return
    for split in workspace.collection(data).splits:
        part = f"{data}:{split}"
        with contextlib.suppress(HybridTuiError):
            texts = workspace.retriever(part, name).to_encode(list(langs))
            collection = workspace.collection(part)
            pool = list(langs) or sorted(collection.passages["lang"].unique())
            rate = _rate(workspace, name, collection, pool)
            yield Quicker("split", part, texts * _mean_size(collection, pool) / rate)


def _models(workspace: Workspace, data: str, name: str, langs: Sequence[str]) -> Iterator[Quicker]:
    """Yield other models that are there: those with everything encoded, and those known to be faster."""
    collection = workspace.collection(data)
    pool = list(langs) or sorted(collection.passages["lang"].unique())
    total, size = sum(len(collection.passage_rows(lang)) for lang in pool), _mean_size(collection, pool)
    for spec in model.specs():
        if spec.name == name or not spec.available:
            continue
        with contextlib.suppress(HybridTuiError):
            lacks = total - sum(workspace.retriever(data, spec.name).kept(list(langs)).values())
            rate = workspace.rates.get(measured_as(spec))
            if not lacks or rate:
                yield Quicker("model", spec.name, lacks * size / (rate or 1.0))
