"""Everything that kept evaluations of one collection say, in one document."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from statistics import fmean

from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.number_format import ABSENT, figure, told_by
from hybrid_tui.comparison.verdicts import rule
from hybrid_tui.evaluation import (
    compare,
    heatmaps,
    metric_tables,
    query_questions,
    run_depth,
    significance,
    verdict,
)
from hybrid_tui.evaluation.caveats import left_out
from hybrid_tui.evaluation.contamination import marked, note, trained_languages
from hybrid_tui.evaluation.document import Code, Figure, Heading, Paragraph, Part, Points, Table
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest
from hybrid_tui.evaluation.imported_runs import IMPORTED
from hybrid_tui.evaluation.metrics import SHOWN, names
from hybrid_tui.evaluation.results import Evaluation, same_collection
from hybrid_tui.evaluation.significance import PairedTest

_BIAS = {
    "rank_distance": ("rank distance", 1),
    "normalised_rank_distance": ("normalised", 4),
    "language_preference_rate": ("preference rate", 3),
    "PEER@10": ("PEER@10", 3),
    "TLR@10": ("TLR@10", 3),
    "MRC@10": ("MRC@10", 1),
    "kendall_w": ("Kendall's W", 3),
}


def report(
    evaluations: Sequence[Evaluation],
    test: PairedTest = significance.DEFAULT,
    metrics: Sequence[str] = SHOWN,
) -> list[Part]:
    """Return the report of evaluations of one collection; the first is what the others are held against.

    metrics: those to show; the first is the one that is tested, and told by language and pair. Raises
    UsageError for evaluations of different collections and for an unknown metric.
    """
    metrics = names(metrics)
    first = evaluations[0]
    for other in evaluations[1:]:
        same_collection(first, other)
    about = first.manifest
    queries = first.values["query_lang"].n_unique()
    cut = [words for words in map(run_depth.note, evaluations) if words]
    pools = zip(about.languages, about.pool, strict=True)
    return [
        Heading(f"Results on {about.collection}", 1),
        Paragraph(
            f"{about.items:,} items with {about.queries:,} queries in {queries} languages, "
            f"{sum(about.pool):,} passages in {len(about.languages)} "
            f"({', '.join(f'{lang} {size:,}' for lang, size in pools)})."
            + (
                ""
                if cut
                else " Every passage is ranked for every query; no figure has a cut-off but its own."
            )
        ),
        *(Paragraph(f"{words}.") for words in cut),
        *(
            Paragraph(f"{words}.")
            for words in dict.fromkeys(left_out(each.manifest) for each in evaluations)
            if words
        ),
        *(Paragraph(f"{words}.") for words in map(note, (each.manifest for each in evaluations)) if words),
        *_settings(evaluations, test, metrics),
        *_seen(evaluations, metrics[0]),
        *_biases(evaluations),
        *_verdicts(evaluations, test),
        *query_questions.parts(evaluations, metrics[0], test),
        *_heatmaps(evaluations, (metrics[0], "rank-gap")),
        *_cost(evaluations),
    ]


def _settings(evaluations: Sequence[Evaluation], test: PairedTest, metrics: Sequence[str]) -> list[Part]:
    marks, told = _marks(evaluations, test, metrics[0])
    parts: list[Part] = [Heading("Retrieval"), *([Paragraph(told)] if told else [])]
    tables = [each.values_of(metrics) for each in evaluations]
    summaries, known = (
        [metric_tables.summary(each) for each in tables],
        [run_depth.counts(each) for each in tables],
    )
    for setting in metric_tables.SETTINGS:
        if not any(setting in values for values in summaries):
            continue
        rows = []
        for each, values, counts in zip(evaluations, summaries, known, strict=True):
            mark = marks.get((each.manifest.system, setting), "")
            cells = [
                figure(values[setting].get(metric), 3) + told_by(*counts[setting][metric])
                if setting in values
                else ABSENT
                for metric in metrics
            ]
            rows.append([marked(each.manifest), f"{cells[0]} {mark}".rstrip(), *cells[1:]])
        parts += [Heading(setting.capitalize(), 3), Table([setting, *metrics], rows)]
    return parts


def _marks(
    evaluations: Sequence[Evaluation], test: PairedTest, metric: str
) -> tuple[dict[tuple[str, str], str], str]:
    """Return the mark of each system in each setting, and how they were found, in words."""
    first = evaluations[0]
    found = [
        (each.manifest.system, line)
        for each in evaluations[1:]
        for line in compare.lines([first], [each], metric, test=test)
    ]
    if not found:
        return {}, ""
    name = f"the {len(found)} figures of {metric} in these tables"
    family = significance.in_family([line.comparison for _, line in found], name)
    marks = {
        (system, line.setting): told.judged.mark for (system, line), told in zip(found, family, strict=True)
    }
    lacking = [
        f"{system} {line.setting} without {line.left_out:,} queries"
        for system, line in found
        if line.left_out
    ]
    told = (
        f"▲ and ▼: {metric} above or below {first.manifest.system} beyond chance (sign-flip permutation, "
        f"{test.draws:,} draws, p < .05 by Holm over {name}). "
        f"{drawn_words(each.drawn for each in family)}."
    )
    left = f" Compared over what both have: {'; '.join(lacking)}." if lacking else ""
    return marks, told + left


def _seen(evaluations: Sequence[Evaluation], metric: str) -> list[Part]:
    """Return a metric by query language, and the means of those that each model was trained on, or not."""
    tables = [metric_tables.by_language(each.values_of([metric])) for each in evaluations]
    languages = sorted(set().union(*tables))
    trained = [set(trained_languages(each.manifest)) & set(languages) for each in evaluations]
    split = any(seen and seen < set(languages) for seen in trained)
    parts: list[Part] = [Heading(f"By query language ({metric})")]
    if split:
        told = [
            f"{each.manifest.system} in {', '.join(sorted(seen))}"
            for each, seen in zip(evaluations, trained, strict=True)
            if seen
        ]
        parts.append(Paragraph(f"Seen are the languages that a model was trained in: {'; '.join(told)}."))
    for setting in metric_tables.SETTINGS:
        if not any(setting in settings for table in tables for settings in table.values()):
            continue
        rows = []
        for each, table, seen in zip(evaluations, tables, trained, strict=True):
            found = {lang: table.get(lang, {}).get(setting, {}).get(metric) for lang in languages}
            both = [[lang for lang in languages if (lang in seen) == known] for known in (True, False)]
            means = [_mean([found[lang] for lang in group]) if seen else None for group in both]
            values = [*found.values(), *(means if split else [])]
            rows.append([marked(each.manifest), *(figure(value, 3) for value in values)])
        parts.append(Table([setting, *languages, *(["seen", "unseen"] if split else [])], rows))
    return parts


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _biases(evaluations: Sequence[Evaluation]) -> list[Part]:
    if not any(each.manifest.bias for each in evaluations):
        return []
    rows = [
        [
            marked(each.manifest),
            *(
                figure(each.manifest.bias.get(key), digits)
                + run_depth.told_of(each) * (key == compare.RANK_DISTANCE)
                for key, (_, digits) in _BIAS.items()
            ),
        ]
        for each in evaluations
    ]
    return [
        Heading("Language bias"),
        Paragraph(
            "In the multilingual pool, macro means over query languages. Rank distance: worst less best rank "
            "of the answers to one question (arXiv 2408.10536). Preference rate: share of questions whose "
            "best answer is in their own language. PEER near 1 and W near 0: languages rank alike. TLR: "
            "recall of answers in other languages. MRC: rank correlation × 100 of a question's versions over "
            "the first ten of both; below 0 what one version ranks high the other ranks low, or not at all."
        ),
        Table(["system", *(label for label, _ in _BIAS.values())], rows),
        Paragraph(_blocks(evaluations)),
    ]


def _blocks(evaluations: Sequence[Evaluation]) -> str:
    """Return what Kendall's W rests on."""
    counts = {}
    for each in evaluations:
        if each.manifest.bias:
            blocks = each.manifest.bias.get("friedman_blocks")
            counts[each.manifest.system] = (
                "evaluated before questions were counted"
                if blocks is None
                else f"{int(blocks):,} of {each.manifest.queries:,} questions"
                if blocks
                else "no question, so it cannot be told"
            )
    same = set(counts.values())
    told = next(iter(same)) if len(same) == 1 else "; ".join(f"{name}: {n}" for name, n in counts.items())
    return f"Kendall's W is over the questions with an answer in every language: {told}."


def _verdicts(evaluations: Sequence[Evaluation], test: PairedTest) -> list[Part]:
    fair, left = verdict.fair(evaluations)
    kept, theirs = verdict.of_kept(fair, test), verdict.of_published(test)
    asked = [each for each in theirs if (each.setting, each.baseline) == verdict.QUESTIONS[0][:2]]
    told = [
        f"{each.heading} ({each.source.rpartition(', ')[2]}): {each.sentence()}" for each in [*kept, *asked]
    ]
    return [
        Heading("Does hybrid training cost monolingual accuracy?"),
        Paragraph(
            f"These evaluations: {verdict.answer(kept)}. The paper's figures: {verdict.answer(theirs)}."
        ),
        Paragraph(
            f"{rule(test.margin).capitalize()}. The paper's figures have languages as the sample, so what "
            "they say is indicative."
        ),
        Points([*told, *left]),
    ]


def _heatmaps(evaluations: Sequence[Evaluation], measures: Sequence[str]) -> list[Part]:
    """Return the heatmaps of the systems without stages, or of all where there are none such."""
    evaluations = [each for each in evaluations if not each.manifest.stages] or evaluations
    parts: list[Part] = [Heading("By pair of languages")]
    for measure in measures:
        every = [(each, heatmaps.observed(each, measure)) for each in evaluations]
        known = [(each.manifest.system, seen.matrix) for each, seen in every if seen]
        scale = Scale.of(*(matrix for _, matrix in known))
        for name, matrix in known:
            file = "".join(char if char.isalnum() else "-" for char in f"{measure.lower()}-{name}")
            parts.append(Figure(file, f"{name}: {matrix.title}", heatmap_svg(matrix, scale, name)))
    return parts


def _cost(evaluations: Sequence[Evaluation]) -> list[Part]:
    stages = list(dict.fromkeys(stage for each in evaluations for stage in each.manifest.seconds))
    rows = [
        [each.manifest.system, *(f"{each.manifest.seconds.get(stage, 0):.1f}" for stage in stages)]
        for each in evaluations
    ]
    about = evaluations[0].manifest
    commands = [_command(each.manifest) for each in evaluations if each.manifest.sampler != IMPORTED]
    table = [Table(["system", *stages], rows)] if stages else []
    rerun = [Code("\n".join(dict.fromkeys(commands)))] if commands else []
    prints = "\n".join(
        f"{each.manifest.system}: model {each.manifest.model_fingerprint}" for each in evaluations
    )
    return [
        Heading("What it took, and how to run it again"),
        Paragraph("Wall time in seconds; embeddings that were kept are read, not made."),
        *table,
        *rerun,
        Paragraph(
            f"hybrid-tui {about.version}, collection {about.collection_fingerprint}, evaluated "
            f"{min(each.manifest.made for each in evaluations)[:10]}. Fingerprints of the models:"
        ),
        Code(prints),
    ]


def _command(about: EvaluationManifest) -> str:
    return f"hybrid-tui evaluate --data {shlex.quote(about.collection)} --model {shlex.quote(about.system)}"
