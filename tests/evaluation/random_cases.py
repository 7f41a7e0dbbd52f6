"""Small worlds of queries, candidates and scores, and their `Ranks` counted one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from hypothesis import strategies as st
from numpy.typing import NDArray

from hybrid_tui.evaluation.ranks import UNRANKED, Ranks

CODES = ("de", "en", "es", "th", "zh")


@dataclass(frozen=True, eq=False)
class World:
    """Scores of every query with every candidate; candidates sorted by language, ties by their index.

    asked: (item, language) of each query. langs: language of each candidate.
    relevant: candidates relevant to each item. lost: (query, candidate) that was not retrieved.
    """

    asked: list[tuple[int, str]]
    langs: list[str]
    relevant: dict[int, list[int]]
    scores: NDArray[np.float32]
    lost: frozenset[tuple[int, int]] = frozenset()

    def order(self, query: int, lang: str | None = None) -> list[int]:
        """Candidates best first, of one language or of all; the lost relevant ones are not among them."""
        pool = [x for x, own in enumerate(self.langs) if lang in {None, own} and (query, x) not in self.lost]
        return sorted(pool, key=lambda x: (-self.scores[query, x], x))

    def found(self, query: int) -> dict[int, int]:
        """The multilingual rank of each relevant candidate that was retrieved."""
        wanted = self.relevant[self.asked[query][0]]
        return {x: rank for rank, x in enumerate(self.order(query), 1) if x in wanted}

    def compared(self) -> list[int]:
        """The queries with several relevant candidates, all retrieved."""
        return [q for q in self.queries if len(self.found(q)) == len(self.wanted(q)) > 1]

    def complete(self) -> list[int]:
        return [q for q in self.queries if len(self.found(q)) == len(self.wanted(q))]

    def wanted(self, query: int) -> list[int]:
        return self.relevant[self.asked[query][0]]

    @property
    def queries(self) -> range:
        return range(len(self.asked))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.langs)))

    def ranks(self, k: int = 10) -> Ranks:
        pairs = [(q, d) for q in self.queries for d in self.wanted(q)]
        top = np.full((len(self.asked), k), UNRANKED, np.int32)
        top_lang, top_scores = top.astype(np.int16), np.full(top.shape, -np.inf, np.float32)
        for q in self.queries:
            for at, x in enumerate(self.order(q)[:k]):
                top[q, at] = x
                top_lang[q, at] = self.languages.index(self.langs[x])
                top_scores[q, at] = self.scores[q, x]
        items, langs = zip(*self.asked, strict=True)
        return Ranks(
            languages=self.languages,
            pool=np.array([self.langs.count(lang) for lang in self.languages], np.int64),
            queries=pl.DataFrame(
                {
                    "query_id": [f"{item}-{lang}-{q}" for q, (item, lang) in enumerate(self.asked)],
                    "item_id": [f"item {item}" for item in items],
                    "lang": langs,
                }
            ),
            relevant=pl.DataFrame(
                {
                    "query": pl.Series([q for q, _ in pairs], dtype=pl.UInt32),
                    "passage_id": [f"passage {d}" for _, d in pairs],
                    "lang": [self.langs[d] for _, d in pairs],
                    "passage": pl.Series([d for _, d in pairs], dtype=pl.Int64),
                }
            ),
            beaten=np.array([self._beaten(q, d) for q, d in pairs], np.int32),
            top=top,
            top_lang=top_lang,
            top_scores=top_scores,
        )

    def _beaten(self, query: int, passage: int) -> list[int]:
        if (query, passage) in self.lost:
            return [UNRANKED] * len(self.languages)
        order = self.order(query)
        before = [self.langs[x] for x in order[: order.index(passage)]]
        return [before.count(lang) for lang in self.languages]


def world(
    seed: int = 0,
    *,
    languages: int = 3,
    asked: tuple[str, ...] | None = None,
    items: int = 4,
    others: int = 5,
    ragged: bool = False,
    ties: bool = False,
    lost: float = 0.0,
) -> World:
    """Draw a world: each item is asked in each language `asked` and has one relevant candidate in each.

    others: irrelevant candidates per language. ragged: from none to three relevant ones per language.
    ties: few different scores. lost: share of the relevant candidates that are not retrieved.
    """
    rng = np.random.default_rng(seed)
    codes = CODES[:languages]
    langs: list[str] = []
    relevant: dict[int, list[int]] = {item: [] for item in range(items)}
    for lang in codes:
        owners = [item for item in range(items) for _ in range(rng.integers(4) if ragged else 1)]
        # One candidate at least: an item without a relevant one takes any there is.
        mixed = rng.permutation([*owners, *[-1] * max(others, lang == codes[0])])
        for owner in mixed:
            if owner >= 0:
                relevant[int(owner)].append(len(langs))
            langs.append(lang)
    for item, owned in relevant.items():
        if not owned:
            relevant[item] = [int(rng.integers(len(langs)))]
    pairs = [(item, lang) for lang in sorted(asked or codes) for item in range(items)]
    shape = (len(pairs), len(langs))
    scores = (
        rng.integers(4, size=shape) / 4 if ties else rng.permuted(np.arange(np.prod(shape))).reshape(shape)
    )
    missing = frozenset(
        (q, d) for q, (item, _) in enumerate(pairs) for d in relevant[item] if rng.random() < lost
    )
    return World(pairs, langs, relevant, scores.astype(np.float32), missing)


worlds = st.builds(
    world,
    st.integers(0, 2**32 - 1),
    languages=st.integers(2, 4),
    asked=st.sampled_from([None, ("en",), ("de", "zh")]),
    items=st.integers(1, 4),
    others=st.integers(0, 6),
    ragged=st.booleans(),
    ties=st.booleans(),
    lost=st.sampled_from([0.0, 0.2]),
)
