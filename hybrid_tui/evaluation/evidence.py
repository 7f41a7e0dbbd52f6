"""Evidence recall: how much of what answers a question its sub-queries find together, by language (XBCP).

Of the relevant documents of a question those are found that are among the first k of any of its sub-queries,
the texts that ask the same item in one language; the recall is their share of all (arXiv 2606.15345).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from hybrid_tui.comparison.drawn_units import counted
from hybrid_tui.corpus.chunking import document_of
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import significance
from hybrid_tui.evaluation.compare import sampled
from hybrid_tui.evaluation.grouping import Grouping
from hybrid_tui.evaluation.metric_tables import MULTILINGUAL
from hybrid_tui.evaluation.ranks import Ranks
from hybrid_tui.evaluation.relevant_ranks import multilingual_ranks
from hybrid_tui.evaluation.significance import Comparison, PairedTest

KEY = ["item_id", "query_lang", "document"]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """The evidence recall of one system at one cut-off, of all evidence or that in one language.

    language: of the evidence, "" for all. items, documents: how many have such evidence, and are it.
    recall: macro mean over query languages of the mean over items; low, high: its 95 % interval, None for one
    unit. gap: B, the original collection, less A, this one, on the same items and documents; None without
    an original. left_out: documents of evidence that the original has not.
    """

    language: str
    k: int
    items: int
    documents: int
    recall: float
    low: float | None
    high: float | None
    gap: Comparison | None = None
    left_out: int = 0


def evidence(ranks: Ranks, collection: Collection) -> pl.DataFrame:
    """Return item_id, query_lang, document, lang (the document's) and rank, the best of all sub-queries.

    One row for each item, query language and relevant document; the rank is that in the whole pool, float64,
    inf where no sub-query retrieved it.
    """
    asked = ranks.queries.select("item_id", query_lang="lang")[ranks.relevant["query"]]
    names = ranks.relevant["passage_id"]
    if collection.chunked:
        distinct = names.unique()
        names = names.replace_strict(distinct, [document_of(name) for name in distinct])
    rows = asked.with_columns(
        names.alias("document"), ranks.relevant["lang"], rank=pl.Series(multilingual_ranks(ranks))
    )
    return rows.group_by([*KEY, "lang"], maintain_order=True).agg(pl.col("rank").min())


def lines(
    found: pl.DataFrame,
    k: int,
    groups: Grouping,
    original: pl.DataFrame | None = None,
    test: PairedTest = significance.DEFAULT,
) -> list[EvidenceLine]:
    """Return the recall of all evidence, and of that in each language where there are several.

    found, original: as `evidence` gives them. groups: of the items. The p values of the gaps are adjusted
    over these lines. Raises DataError where the original has none of the evidence.
    """
    langs = sorted(found["lang"].unique())
    parts = {"": found} | {lang: found.filter(lang=lang) for lang in langs if len(langs) > 1}
    made = [_line(lang, part, k, groups, original, test) for lang, part in parts.items()]
    gaps = [line.gap for line in made if line.gap]
    adjusted = significance.in_family(gaps, counted(len(gaps), "line")) if gaps else []
    left = iter(adjusted)
    return [replace(line, gap=next(left)) if line.gap else line for line in made]


def _line(
    lang: str,
    part: pl.DataFrame,
    k: int,
    groups: Grouping,
    original: pl.DataFrame | None,
    test: PairedTest,
) -> EvidenceLine:
    values = _values(part, k)
    sample = sampled(values, [values], groups)
    line = EvidenceLine(
        lang,
        k,
        part["item_id"].n_unique(),
        part["document"].n_unique(),
        sample.mean,
        *significance.interval(sample, test),
    )
    if original is None:
        return line
    both = part.join(original, on=KEY, suffix="_original", maintain_order="left")
    if both.is_empty():
        if lang:
            return replace(line, left_out=line.documents)
        raise DataError(
            "the original collection has none of these questions with their evidence",
            "add both from one source, with the ids that it has",
        )
    here = _values(both, k)
    there = _values(both.with_columns(rank="rank_original"), k)
    gap = significance.compare_samples(sampled(here, [here], groups), sampled(here, [there], groups), test)
    left_out = line.documents - both["document"].n_unique()
    return replace(line, gap=gap, left_out=left_out)


def _values(part: pl.DataFrame, k: int) -> pl.DataFrame:
    """Return the share that each item finds, as `compare.values` returns a metric; query_id is made up."""
    shares = part.group_by("item_id", "query_lang", maintain_order=True).agg(
        value=(pl.col("rank") <= k).mean()
    )
    return shares.with_columns(
        query_id=pl.format("{} {}", "query_lang", "item_id"), pool=pl.lit(MULTILINGUAL)
    )
