"""What would change the first passages: corrections of embeddings, and a share of the places a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from hybrid_tui.corpus import starter
from hybrid_tui.diagnosis.known_items import KnownItems
from hybrid_tui.diagnosis.rankings import RankedItems, Scores, ranked, with_quotas
from hybrid_tui.diagnosis.sure import Estimate, mean, ratio, share
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.scorer import Cancelled, Scorer, Steps
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.system import System
from hybrid_tui.systems.written import SystemName

AS_IS = "as it is"
QUOTAS = "quotas"
WORTH = 0.8
"""A mend leaves at most this part of what is wrong."""
FEWEST = 20
"""Passages and queries of a language from which on their mean is one."""
LOSS, WORST_LOSS = 0.02, 0.06
"""What a mend may lose of the passages that are found: as measured, and at the end of the interval."""


@dataclass(frozen=True)
class Favour:
    """How often a language comes among the first of others' queries; times: by its share, 1 is its due."""

    lang: str
    times: Estimate


@dataclass(frozen=True)
class Outcome:
    """What queries find under a system, or under what was changed of it.

    name: `as it is`, a correction, or `quotas`. system: its written form; empty where there is none. found:
    share of queries whose own passage is among the first k; change: of that share, against the system as it
    is. pushed_out: the share that is found among its own language alone. own_share: of the first k, of the
    query's language; own_excess: less its share of the index. favours: by language, the most favoured first.
    """

    name: str
    system: str
    found: Estimate
    change: Estimate
    pushed_out: Estimate
    own_share: float
    own_excess: Estimate
    favours: tuple[Favour, ...]

    @property
    def unevenness(self) -> float:
        """The largest part by which a language is favoured or passed over in others' queries; 0 is even."""
        return max((abs(np.log(max(each.times.value, 0.01))) for each in self.favours), default=0.0)


def outcome(
    name: str, system: str, items: KnownItems, found: RankedItems, before: RankedItems, seed: int
) -> Outcome:
    """Return the figures of rankings; before: of the system as it is."""
    documents = items.documents[items.targets]
    gain = found.found.astype(np.float64) - before.found
    return Outcome(
        name,
        system,
        share(found.found, documents),
        mean(gain, documents, seed),
        share(found.pushed_out, documents),
        float(np.nanmean(found.own_share)),
        mean(np.nan_to_num(found.own_share - found.own_pool), documents, seed),
        tuple(_favours(items, found, seed)),
    )


def _favours(items: KnownItems, found: RankedItems, seed: int) -> list[Favour]:
    if len(found.languages) < 3:
        return []
    result = []
    for at, lang in enumerate(found.languages):
        others = np.isfinite(found.foreign[:, at])
        if others.any():
            documents = items.documents[items.targets][others]
            result.append(
                Favour(
                    lang, ratio(found.foreign[others, at], found.foreign_pool[others, at], documents, seed)
                )
            )
    return sorted(result, key=lambda each: -each.times.value)


def scores(items: KnownItems, scorer: Scorer, step: Steps, cancelled: Cancelled | None) -> Scores:
    """Return what a system scores, shape (queries, passages)."""
    collection = items.collection
    langs = sorted(collection.passages["lang"].unique())
    scorer.prepare(langs, step, cancelled, asked=True)
    asked = [
        Asked(text, lang, query_id)
        for text, lang, query_id in collection.queries.select("text", "lang", "query_id").iter_rows()
    ]
    return scorer.scores(asked, langs)


def outcomes(
    system: System,
    items: KnownItems,
    before: RankedItems,
    seed: int,
    step: Steps,
    cancelled: Cancelled | None,
) -> Iterator[Outcome]:
    """Yield what queries find under the system as it is, under each correction of it, and with quotas."""
    yield outcome(AS_IS, system.name, items, before, before, seed)
    if len(items.languages) < 2:
        return
    for text in corrections(items) if system.texts else ():
        changed = replace(system, written=_corrected(system.written, text))
        made = ranked(items, scores(items, changed.scorer, step, cancelled), before.k)
        yield outcome(text, changed.name, items, made, before, seed)
    yield outcome(QUOTAS, "", items, with_quotas(before, items), before, seed)


def best(every: tuple[Outcome, ...], wrong: Callable[[Outcome], float]) -> Outcome | None:
    """Return what leaves least of what is wrong, and loses hardly anything; None where nothing does."""
    able = [
        each
        for each in every[1:]
        if each.change.value >= -LOSS
        and each.change.low >= -WORST_LOSS
        and wrong(each) <= WORTH * wrong(every[0])
    ]
    return min(able, key=wrong, default=None)


def corrections(items: KnownItems) -> list[str]:
    """Return the corrections that are tried: fitted on the passages, on the starter collection, or neither.

    On the passages themselves where every language has enough of them, and of queries, for a mean; on the
    starter collection where it has every language.
    """
    pivot = items.languages[0]
    fewest = min(int((items.langs == lang).sum()) for lang in items.languages)
    asked = min(int((items.query_langs == lang).sum()) for lang in items.languages)
    found = ["center:.25", "center:.5", "center:.75", "center"] if min(fewest, asked) >= FEWEST else []
    if fewest >= FEWEST:
        found += [f"shift:{pivot}:.5", f"shift:{pivot}"]
    if {*items.languages} <= {*starter.load().languages}:
        found += [f"center:.25@{starter.NAME}", f"center:.5@{starter.NAME}"]
    return found


def _corrected(written: SystemName, correction: str) -> SystemName:
    stages = [each for each in written.stages if not isinstance(each, Correct)]
    stage = Correct.read(correction)
    assert stage
    return SystemName(written.retriever, tuple(sorted([*stages, stage], key=lambda each: each.place)))
