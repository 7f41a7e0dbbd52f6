"""Does hybrid batch training cost monolingual accuracy? And what does it buy?"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from hybrid_tui.encoders import model
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.evaluation import compare, mteb_bridge, significance
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.published import PAPER, by_language, published
from hybrid_tui.evaluation.results import Evaluation, EvaluationManifest
from hybrid_tui.evaluation.significance import Comparison, PairedTest

CANDIDATE = "hybrid"
QUESTIONS = (
    ("monolingual", "mono"),
    ("monolingual", "cross"),
    ("cross-lingual", "mono"),
    ("multilingual", "mono"),
)
"""(setting, baseline sampler): what hybrid is held against, the question that started it first."""

Unit = Literal["item", "language"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer: a candidate against a baseline in a setting.

    backbone: that of both, with tuning and correction; empty where they have none in common, or it is not
    known. source: where the
    figures come from. unit: what was sampled; with languages, of which there are few and not chosen at
    random, the verdict is `indicative` only.
    """

    collection: str
    backbone: str
    setting: str
    metric: str
    baseline: str
    candidate: str
    source: str
    unit: Unit
    indicative: bool
    comparison: Comparison

    @property
    def heading(self) -> str:
        """The collection and the backbone."""
        return ", ".join(filter(None, (self.collection, self.backbone)))

    def sentence(self) -> str:
        """Return the judgement in words."""
        told = significance.in_words(self.comparison, self.baseline, self.candidate)
        units = told.replace(" items", f" {self.unit}s")
        return f"{self.setting} {self.metric}: {units}{' (indicative)' if self.indicative else ''}"


def of_published(test: PairedTest = significance.DEFAULT) -> list[Judgement]:
    """Judge the paper's own figures, with its query languages as the sample: indicative."""
    tables = published().filter(sampler=CANDIDATE).select("dataset", "backbone", "setting", "metric", "table")
    found = []
    for dataset, backbone, setting, metric, table in tables.unique(maintain_order=True).iter_rows():
        columns = {
            name: by_language(dataset, backbone, name, setting, metric)
            for name in ("mono", "cross", CANDIDATE)
        }
        better = metric != "rank distance"
        wanted = replace(test, higher_is_better=better, margin=test.margin if better else 0.0)
        found += [
            Judgement(
                dataset,
                backbone,
                setting,
                metric,
                baseline,
                CANDIDATE,
                f"{PAPER}, {table}",
                "language",
                True,
                _compared(columns[baseline], columns[CANDIDATE], wanted),
            )
            for asked, baseline in QUESTIONS
            if asked == setting
        ]
    return _adjusted(found)


def of_kept(evaluations: Iterable[Evaluation], test: PairedTest = significance.DEFAULT) -> list[Judgement]:
    """Judge what is kept: for each collection, training and correction that has hybrid and a baseline.

    Several evaluations of a sampler are its training seeds; one model under two names counts once.
    """
    groups: dict[tuple[str, ...], dict[str, dict[str, Evaluation]]] = {}
    for each in evaluations:
        about = each.manifest
        trained = (about.backbone, about.tuning, about.training, about.correction, about.fitted_on)
        group = groups.setdefault((about.collection, about.collection_fingerprint, *trained), {})
        group.setdefault(about.sampler, {})[about.key] = each
    found: list[Judgement] = []
    for samplers in groups.values():
        for setting, baseline in QUESTIONS:
            if CANDIDATE in samplers and baseline in samplers:
                a, b = (list(samplers[name].values()) for name in (baseline, CANDIDATE))
                found += of_pair(a, b, baseline, CANDIDATE, [setting], test)
    return _adjusted(found)


def of_pair(
    a: list[Evaluation],
    b: list[Evaluation],
    baseline: str,
    candidate: str,
    settings: Iterable[str] = SETTINGS,
    test: PairedTest = significance.DEFAULT,
) -> list[Judgement]:
    """Judge any two systems on one collection by mAP, a setting each.

    Raises what `compare.lines` raises.
    """
    about, other = a[0].manifest, b[0].manifest
    return [
        Judgement(
            about.collection,
            _shared(about, other),
            line.setting,
            "mAP",
            baseline,
            candidate,
            "kept evaluations",
            "item",
            False,
            line.comparison,
        )
        for line in compare.lines(a, b, "mAP", tuple(settings), test=test)
    ]


def _shared(about: EvaluationManifest, other: EvaluationManifest) -> str:
    """Return what two systems are made of, as far as both are: backbone, tuning, correction."""
    both = zip(_made_of(about), _made_of(other), strict=True)
    return " ".join(mine for mine, theirs in both if mine == theirs and mine)


def _made_of(about: EvaluationManifest) -> tuple[str, str, str]:
    return about.backbone, about.tuning, "" if about.correction == "none" else f"+{about.correction}"


def of_mteb(baseline: str, candidate: str, test: PairedTest = significance.DEFAULT) -> list[Judgement]:
    """Judge two models on every mteb task that both have results of, its languages as the sample."""
    a, b = (_mteb_scores(name) for name in (baseline, candidate))
    both = a.join(b, on=("task", "split", "subset"), suffix="_b").sort("task", "split", "subset")
    return [
        Judgement(
            task,
            "",
            "monolingual",
            "main score",
            baseline,
            candidate,
            "mteb",
            "language",
            True,
            significance.compare(rows["value"].to_numpy(), rows["value_b"].to_numpy(), test),
        )
        for (task,), rows in both.group_by("task", maintain_order=True)
    ]


def _mteb_scores(name: str) -> pl.DataFrame:
    """Return a model's main scores on monolingual subsets, of the weights that its name stands for now."""
    scores = mteb_bridge.kept().filter(metric="main_score", monolingual=True, model=mteb_bridge.slug(name))
    with suppress(HybridTuiError):
        scores = scores.filter(revision=model.resolve(name).fingerprint)
    return scores


def answer(judgements: Iterable[Judgement]) -> str:
    """Return the answer to the question that started the project, from its monolingual judgements."""
    asked = [each for each in judgements if (each.setting, each.baseline) == QUESTIONS[0]]
    told = {"not worse": "no", "worse": "yes", "undecided": "undecided"}
    counts = {word: sum(told[each.comparison.verdict] == word for each in asked) for word in told.values()}
    if not asked:
        return "no evaluation of both hybrid and mono is kept"
    parts = ", ".join(f"{word} in {count}" for word, count in counts.items() if count)
    return f"does hybrid cost monolingual accuracy? {parts} of {len(asked)}"


def _compared(a: dict[str, float], b: dict[str, float], test: PairedTest) -> Comparison:
    shared = sorted(a.keys() & b.keys())
    return significance.compare(
        np.array([a[lang] for lang in shared]), np.array([b[lang] for lang in shared]), test
    )


def _adjusted(judgements: list[Judgement]) -> list[Judgement]:
    """Return the judgements with p adjusted over those that answer the same question."""
    families: dict[tuple[str, str], list[int]] = {}
    for at, each in enumerate(judgements):
        families.setdefault((each.setting, each.baseline), []).append(at)
    found = list(judgements)
    for places in families.values():
        adjusted = significance.holm(np.array([judgements[at].comparison.p for at in places]))
        for at, p in zip(places, adjusted, strict=True):
            found[at] = replace(found[at], comparison=replace(found[at].comparison, holm=float(p)))
    return found
