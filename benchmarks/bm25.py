"""BM25 as a system against plain bm25s: indexing a collection, and ranking every pair of its languages.

Usage: bm25.py [COLLECTION]   (default xquad-r: 13,014 passages, 121 pairs of languages)

Texts are cut into words beforehand, by the same function for both, so that indexes and scores alone are told.
The peer makes an index of each language, asks it for the scores of every query of every language and sorts
them; ours makes the same indexes and gives the ranks of all relevant passages, without a cut-off.
"""

import sys
import time
from collections.abc import Callable
from functools import cache

import bm25s
import numpy as np

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation.ranks import scored_ranks
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.retrievers.bm25 import K1, B, Bm25
from hybrid_tui.systems.retrievers.tokens import words

Words = list[list[str]]


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def rank(index: bm25s.BM25, queries: Words) -> None:
    """Rank all passages of a language for the queries of another."""
    for tokens in queries:
        known = [token for token in tokens if token in index.vocab_dict]
        if known:
            np.argsort(-index.get_scores(known), kind="stable")


def plain(passages: dict[str, Words]) -> dict[str, bm25s.BM25]:
    """Return the peer's index of each language."""
    made = {}
    for lang, texts in passages.items():
        made[lang] = bm25s.BM25(k1=K1, b=B, method="lucene", dtype="float64")
        made[lang].index(texts, show_progress=False)
    return made


def silent(_step: str) -> Callable[[int, int], None]:
    """Tell nobody of progress."""
    return lambda _done, _total: None


def told(what: str, own: float, peer: float) -> None:
    """Print both times and their ratio."""
    print(f"{what}: {own:.2f} s, bm25s {peer:.2f} s, ratio {own / peer:.2f}")


def main() -> None:
    """Print a line each for indexing and ranking."""
    collection: Collection = OwnResources().collection(*sys.argv[1:] or ["xquad-r"])
    langs = collection.languages
    passages = {lang: words(collection.passage_inputs(lang), lang) for lang in langs}
    queries = {lang: words(collection.query_inputs(lang), lang) for lang in langs}
    kept = cache(lambda text, lang: words([text], lang)[0])
    for lang in langs:
        for text in collection.query_inputs(lang):
            kept(text, lang)
    ours = Bm25(collection, "words", lambda texts, lang: [kept(text, lang) for text in texts])
    ours._tokens.update(passages)  # cut beforehand, as the peer's are

    def prepare() -> None:
        for lang in langs:
            ours.prepare([lang], silent)

    indexes = plain(passages)
    peer, own = seconds(lambda: plain(passages)), seconds(prepare)
    told(f"{collection.passages.height:,} passages indexed", own, peer)
    own = seconds(lambda: [scored_ranks(collection, ours, langs, [lang]) for lang in langs])
    peer = seconds(lambda: [rank(indexes[there], queries[here]) for there in langs for here in langs])
    told(f"{len(langs) ** 2} pairs of languages ranked", own, peer)


if __name__ == "__main__":
    main()
