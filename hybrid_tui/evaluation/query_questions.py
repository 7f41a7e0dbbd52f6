"""Does another form of the query help: joined or in its place, translated first or last, in which scripts?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import polars as pl

from hybrid_tui.comparison.number_format import ABSENT, figure
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.evaluation import compare, significance
from hybrid_tui.evaluation.document import Heading, Paragraph, Part, Points, Table
from hybrid_tui.evaluation.grouping import grouping
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.sentences import in_words
from hybrid_tui.evaluation.significance import Comparison, PairedTest
from hybrid_tui.languages import known
from hybrid_tui.systems import written
from hybrid_tui.systems.stages.query import QueryVariant
from hybrid_tui.systems.written import SystemName

THEN = "-then-"
"""Stands between a prompt and a language, in the order in which they were applied to a query."""


HELPS = "Does it help?"
JOINED = "Joined to the query, or in its place?"
ORDER = "Before translation, or after?"


class Pair(NamedTuple):
    """Two systems that differ in the form of their queries alone, and the question that they answer."""

    question: str
    a: Evaluation
    b: Evaluation


def parts(evaluations: Sequence[Evaluation], metric: str, test: PairedTest) -> list[Part]:
    """Return what evaluations say of other forms of the query (arXiv 2511.19325); nothing without such.

    Each pair of systems that differ in nothing else is compared in each setting, by `metric`.
    """
    pairs = list(_pairs(evaluations))
    found = [
        (pair, line)
        for pair in pairs
        for line in compare.lines([pair.a], [pair.b], metric, SETTINGS, test=test)
    ]
    if not found:
        return []
    name = f"the {len(found)} comparisons of this list"
    judged = significance.in_family([line.comparison for _, line in found], name)
    points = [
        f"{pair.question} {line.setting}: {in_words(each, pair.a.manifest.system, pair.b.manifest.system)}"
        for (pair, line), each in zip(found, judged, strict=True)
    ]
    return [
        Heading("Does another form of the query help?"),
        Paragraph(f"By {metric}, each against the same system with another form of the query or none."),
        Points(points),
        *_scripts([pair for pair in pairs if pair.question == HELPS], metric, test),
    ]


def _pairs(evaluations: Sequence[Evaluation]) -> Iterator[Pair]:
    """Return what can be asked of two evaluations, b being the one that does more."""
    named = [(found, each) for each in evaluations if (found := _name(each))]
    for (a, of_a), (b, of_b) in product(named, repeat=2):
        one, other = a.stage(QueryVariant), b.stage(QueryVariant)
        if not other or _without(a) != _without(b):
            continue
        if not one:
            yield Pair(HELPS, of_a, of_b)
        elif one == replace(other, how="mix", weight=1.0) and other.how == "concat":
            yield Pair(JOINED, of_a, of_b)
        elif one == replace(other, variant=_translated_first(other.variant)):
            yield Pair(ORDER, of_a, of_b)


def _name(evaluation: Evaluation) -> SystemName | None:
    """Return the parts of the system; None for what is no written form, as the name of a run."""
    try:
        return written.parse(evaluation.manifest.system)
    except HybridTuiError:
        return None


def _without(name: SystemName) -> SystemName:
    return replace(name, stages=tuple(each for each in name.stages if not isinstance(each, QueryVariant)))


def _translated_first(variant: str) -> str:
    """Return the variant whose queries were translated before the prompt; "" for one not translated last."""
    prompt, _, lang = variant.partition(THEN)
    return f"{lang}{THEN}{prompt}" if known(lang) else ""


def _scripts(pairs: Sequence[Pair], metric: str, test: PairedTest) -> list[Part]:
    """Return the gain of each pair over the queries of each script, in the setting with the most passages."""
    if not pairs:
        return []
    setting = SETTINGS[-1]
    tables = [[compare.values(each, metric, setting) for each in (pair.a, pair.b)] for pair in pairs]
    codes = sorted({code for table, _ in tables for code in table["query_lang"].unique()})
    scripts: dict[str, list[str]] = {}
    for code in codes:
        found = known(code)
        scripts.setdefault(found.script if found else "unknown", []).append(code)
    cells = {
        (row, script): _of_languages(pair, table, langs, test)
        for row, (pair, table) in enumerate(zip(pairs, tables, strict=True))
        for script, langs in scripts.items()
    }
    told = {key: each for key, each in cells.items() if each}
    family = significance.in_family([*told.values()], f"{len(told)} cells")
    judged = dict(zip(told, family, strict=True))
    rows = [
        [
            f"{pair.b.manifest.system} less {pair.a.manifest.system}",
            *(_cell(judged.get((row, script))) for script in scripts),
        ]
        for row, pair in enumerate(pairs)
    ]
    header = [f"{script} ({' '.join(langs)})" for script, langs in scripts.items()]
    return [
        Paragraph(
            f"Gain in {setting} {metric} over the queries of each script (ISO 15924); ▲ and ▼ beyond chance "
            f"(p < .05 by Holm over the {len(told)} cells)."
        ),
        Table([setting, *header], rows),
    ]


def _of_languages(
    pair: Pair, tables: Sequence[pl.DataFrame], langs: Sequence[str], test: PairedTest
) -> Comparison | None:
    rows, _ = compare.in_all([table.filter(pl.col("query_lang").is_in(langs)) for table in tables])
    if rows.is_empty():
        return None
    groups = grouping(pair.a.manifest, test.group_by)
    a, b = (compare.sampled(rows, [table], groups) for table in tables)
    return significance.compare_samples(a, b, test)


def _cell(each: Comparison | None) -> str:
    return f"{figure(each.difference, 3, signed=True)} {each.judged.mark}".rstrip() if each else ABSENT
