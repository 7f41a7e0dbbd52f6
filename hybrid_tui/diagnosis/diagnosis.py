"""A diagnosis: what languages there are, and what each system does to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hybrid_tui import languages
from hybrid_tui.diagnosis import mends, prompts
from hybrid_tui.diagnosis.known_items import KnownItems
from hybrid_tui.diagnosis.mends import Outcome
from hybrid_tui.diagnosis.prompts import PromptCheck
from hybrid_tui.diagnosis.rankings import RankedItems, ranked
from hybrid_tui.diagnosis.separability import Offset, Separability, offsets, separability
from hybrid_tui.diagnosis.sure import Estimate, share
from hybrid_tui.systems.scorer import Cancelled, Steps
from hybrid_tui.systems.system import System

POOL_A_PLACE = 4
"""Passages of the pool that there are for each of the first k, at the least."""


@dataclass(frozen=True)
class LanguageShare:
    """A language of the index. share: of its passages; queries: that were taken out of them."""

    code: str
    name: str
    documents: int
    passages: int
    share: float
    queries: int


@dataclass(frozen=True)
class LanguageFigures:
    """What queries of one language find, as of `Outcome`; pool: the share of the language in the index."""

    code: str
    queries: int
    found: Estimate
    pushed_out: Estimate
    own_share: float
    pool: float


@dataclass(frozen=True)
class SystemDiagnosis:
    """What a system does to languages.

    outcomes: the system as it is, then what would change it. separability: None where it has no embeddings,
    or too few passages. offsets: the largest first. prompts: of its model; None where none can be checked.
    """

    system: str
    by_language: tuple[LanguageFigures, ...]
    outcomes: tuple[Outcome, ...]
    separability: Separability | None
    offsets: tuple[Offset, ...]
    prompts: PromptCheck | None


@dataclass(frozen=True)
class Diagnosis:
    """What was found. source: as it was named; k: how many of the first passages are looked at."""

    source: str
    documents: int
    passages: int
    queries: int
    k: int
    languages: tuple[LanguageShare, ...]
    systems: tuple[SystemDiagnosis, ...]
    notes: tuple[str, ...]


def shares(items: KnownItems) -> tuple[LanguageShare, ...]:
    """Return the languages, the largest first."""
    found = []
    for code in items.languages:
        own = items.langs == code
        asked = int((items.query_langs == code).sum())
        name = languages.language(code).english
        documents = len(np.unique(items.documents[own]))
        found.append(LanguageShare(code, name, documents, int(own.sum()), float(own.mean()), asked))
    return tuple(found)


def first(k: int, passages: int) -> int:
    """Return how many of the first passages tell anything of an index of so many."""
    return max(1, min(k, passages // POOL_A_PLACE))


def of_system(
    system: System, items: KnownItems, k: int, seed: int, step: Steps, cancelled: Cancelled | None
) -> SystemDiagnosis:
    """Encode what is missing, ask every query and try what would change what it finds.

    Raises Cancelled when `cancelled()` turns true.
    """
    before = ranked(items, mends.scores(items, system.scorer, step, cancelled), k)
    found = tuple(mends.outcomes(system, items, before, seed, step, cancelled))
    told: Separability | None = None
    apart: tuple[Offset, ...] = ()
    if system.texts:
        langs = sorted(items.languages)
        rows = system.texts.prepare(langs, step, cancelled)
        vectors = {
            lang: system.texts.changed(rows[lang][:].astype(np.float32), "passage", lang) for lang in langs
        }
        documents = {lang: items.documents[items.langs == lang] for lang in langs}
        told, apart = separability(vectors, documents, seed), tuple(offsets(vectors))
    checked = prompts.check(system.spec, items, seed, step, cancelled) if system.spec else None
    return SystemDiagnosis(system.name, tuple(_by_language(items, before)), found, told, apart, checked)


def _by_language(items: KnownItems, found: RankedItems) -> list[LanguageFigures]:
    result = []
    for code in found.languages:
        own = items.query_langs == code
        if own.any():
            documents = items.documents[items.targets][own]
            result.append(
                LanguageFigures(
                    code,
                    int(own.sum()),
                    share(found.found[own], documents),
                    share(found.pushed_out[own], documents),
                    float(np.nanmean(found.own_share[own])),
                    float(np.nanmean(found.own_pool[own])),
                )
            )
    return result


def notes_of(items: KnownItems, k: int, wanted: int) -> Sequence[str]:
    """Return what a reader must know of all figures."""
    told = []
    if k < wanted:
        told.append(f"the first {k} are looked at, not {wanted}: there are {len(items.langs):,} passages")
    counts = pl.Series(items.langs).value_counts(sort=True)
    few = [lang for lang, count in counts.iter_rows() if count < mends.FEWEST]
    if few and len(items.languages) > 1:
        told.append(
            f"fewer than {mends.FEWEST} passages in {', '.join(sorted(few))}: what is told of these is not "
            "sure, and no correction is fitted on them"
        )
    return told
