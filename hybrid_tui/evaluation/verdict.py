"""Does hybrid batch training cost monolingual accuracy? And what does it buy?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from hybrid_tui.comparison.drawn_units import counted
from hybrid_tui.comparison.trained_mark import MARK
from hybrid_tui.encoders import model
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.evaluation import compare, mteb_bridge, significance
from hybrid_tui.evaluation.compare import RANK_DISTANCE
from hybrid_tui.evaluation.contamination import note, shared_items
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.published import PAPER, by_language, published
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.sentences import in_words
from hybrid_tui.evaluation.significance import Comparison, PairedTest

CANDIDATE = "hybrid"


class Question(NamedTuple):
    """What hybrid is held against: another sampler, by a metric in a setting."""

    setting: str
    baseline: str
    metric: str = "mAP"


QUESTIONS = (
    *(Question(setting, baseline) for setting in SETTINGS for baseline in ("mono", "cross")),
    *(Question("multilingual", baseline, RANK_DISTANCE) for baseline in ("mono", "cross")),
)
"""The question that started it first."""

Unit = Literal["item", "language"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer: a candidate against a baseline in a setting.

    backbone: that of both, with tuning and correction; empty where they have none in common, or it is not
    known. source: where the figures come from. unit: what was sampled; with languages, of which there are
    few and not chosen at random, the verdict is `indicative` only. trained: whether one of the two was
    trained on these questions.
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
    trained: bool = False

    @property
    def heading(self) -> str:
        """The collection and the backbone."""
        return ", ".join(filter(None, (self.collection, self.backbone)))

    @property
    def question(self) -> str:
        """What is asked, in words: `monolingual mAP against mono`."""
        return f"{self.setting} {self.metric.replace('_', ' ')} against {self.baseline}"

    def sentence(self) -> str:
        """Return the judgement in words."""
        told = in_words(self.comparison, self.baseline, self.candidate)
        metric = self.metric.replace("_", " ")
        mark = f" ({MARK} trained on these questions)" if self.trained else ""
        return f"{self.setting} {metric}: {told}{' (indicative)' if self.indicative else ''}{mark}"


def of_published(test: PairedTest = significance.DEFAULT) -> list[Judgement]:
    """Judge the paper's own figures, with its query languages as the sample: indicative."""
    tables = published().filter(sampler=CANDIDATE).select("dataset", "backbone", "setting", "metric", "table")
    found = []
    for dataset, backbone, setting, metric, table in tables.unique(maintain_order=True).iter_rows():
        name = metric.replace(" ", "_")
        wanted = _test_of(name, test)
        columns = {
            sampler: by_language(dataset, backbone, sampler, setting, metric)
            for sampler in ("mono", "cross", CANDIDATE)
        }
        found += [
            Judgement(
                dataset,
                backbone,
                setting,
                metric,
                asked.baseline,
                CANDIDATE,
                f"{PAPER}, {table}",
                "language",
                True,
                _by_language(columns[asked.baseline], columns[CANDIDATE], wanted),
            )
            for asked in QUESTIONS
            if asked.setting == setting and (asked.metric == RANK_DISTANCE) == (name == RANK_DISTANCE)
        ]
    return _in_families(found)


def fair(evaluations: Iterable[Evaluation]) -> tuple[list[Evaluation], list[str]]:
    """Return the evaluations of models that were not trained on their questions, and what is left out."""
    found: list[Evaluation] = []
    left: list[Evaluation] = []
    for each in evaluations:
        told = note(each.manifest)
        (left if told else found).append(each)
    notes = [f"left out, {each.manifest.collection}: {note(each.manifest)}" for each in left]
    return found, list(dict.fromkeys(notes))


def of_kept(evaluations: Iterable[Evaluation], test: PairedTest = significance.DEFAULT) -> list[Judgement]:
    """Judge what is kept: for each collection, training and correction that has hybrid and a baseline.

    Several evaluations of a sampler are its training seeds; one model under two names counts once. What was
    trained on its questions is marked (†), and left out by `fair`.
    """
    groups: dict[tuple[str, ...], dict[str, dict[str, Evaluation]]] = {}
    for each in evaluations:
        about = each.manifest
        trained = (about.backbone, about.tuning, about.training, about.stages, about.fitted_on)
        group = groups.setdefault((about.collection, about.collection_fingerprint, *trained), {})
        group.setdefault(about.sampler, {})[about.key] = each
    found: list[Judgement] = []
    for samplers in groups.values():
        for question in QUESTIONS:
            if CANDIDATE in samplers and question.baseline in samplers:
                a, b = (list(samplers[name].values()) for name in (question.baseline, CANDIDATE))
                found += of_pair(a, b, question.baseline, CANDIDATE, [question], test)
    return _in_families(found)


def of_pair(
    a: list[Evaluation],
    b: list[Evaluation],
    baseline: str,
    candidate: str,
    questions: Sequence[Question] = (),
    test: PairedTest = significance.DEFAULT,
) -> list[Judgement]:
    """Judge any two systems on one collection, a question each; by default mAP in every setting, and bias.

    Raises what `compare.lines` raises.
    """
    about, other = a[0].manifest, b[0].manifest
    asked = questions or list(dict.fromkeys(each._replace(baseline=baseline) for each in QUESTIONS))
    found = [
        Judgement(
            about.collection,
            _shared(about, other),
            line.setting,
            each.metric,
            baseline,
            candidate,
            "kept evaluations",
            "item",
            False,
            line.comparison,
            trained=shared_items(about) > 0 or shared_items(other) > 0,
        )
        for each in asked
        for line in compare.lines(a, b, each.metric, [each.setting], test=_test_of(each.metric, test))
    ]
    if questions or not found:
        return found
    name = f"the {len(found)} figures of these two on {about.collection}"
    adjusted = significance.in_family([each.comparison for each in found], name)
    return [replace(each, comparison=told) for each, told in zip(found, adjusted, strict=True)]


def _test_of(metric: str, test: PairedTest) -> PairedTest:
    """Return the test of a metric: of ranks less is better, and there is no margin."""
    return replace(test, higher_is_better=False, margin=0.0) if metric == RANK_DISTANCE else test


def _shared(about: EvaluationManifest, other: EvaluationManifest) -> str:
    """Return what two systems are made of, as far as both are: backbone, tuning, correction."""
    both = zip(_made_of(about), _made_of(other), strict=True)
    return " ".join(mine for mine, theirs in both if mine == theirs and mine)


def _made_of(about: EvaluationManifest) -> tuple[str, str, str]:
    return about.backbone, about.tuning, about.stages


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
            significance.compare(rows["value"].to_numpy(), rows["value_b"].to_numpy(), test, "language"),
        )
        for (task,), rows in both.group_by("task", maintain_order=True)
    ]


def _mteb_scores(name: str) -> pl.DataFrame:
    """Return a model's main scores on monolingual subsets, of the weights that its name stands for now."""
    scores = mteb_bridge.kept().filter(metric="main_score", monolingual=True, model=mteb_bridge.slug(name))
    with suppress(HybridTuiError):
        scores = scores.filter(revision=model.resolve(name).fingerprint)
    return scores


_ANSWERS = {"not worse": "no", "better": "no", "worse": "yes", "undecided": "undecided"}


def answer(judgements: Iterable[Judgement]) -> str:
    """Return the answer to the question that started the project, from its monolingual judgements."""
    first = QUESTIONS[0]
    asked = [each for each in judgements if (each.setting, each.baseline) == first[:2]]
    if not asked:
        return "no evaluation of both hybrid and mono is kept"
    words = [_ANSWERS[each.comparison.verdict] for each in asked]
    parts = [f"{word} in {words.count(word)}" for word in dict.fromkeys(_ANSWERS.values()) if word in words]
    behind = sum(each.comparison.judged.behind for each in asked)
    loss = f"; behind beyond chance in {behind}" if behind else ""
    return f"does hybrid cost monolingual accuracy? {', '.join(parts)} of {len(asked)}{loss}"


def overview(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line a question: how often hybrid is what against each baseline."""
    asked: dict[str, list[Judgement]] = {}
    for each in judgements:
        asked.setdefault(each.question, []).append(each)
    return [f"{question}: {_counts(found)}" for question, found in asked.items()]


def _counts(found: list[Judgement]) -> str:
    words = [each.comparison.judged.words for each in found]
    return ", ".join(f"{word} {words.count(word)}" for word in dict.fromkeys(words)) + f" of {len(words)}"


def _by_language(a: dict[str, float], b: dict[str, float], test: PairedTest) -> Comparison:
    shared = sorted(a.keys() & b.keys())
    of_a, of_b = (np.array([each[lang] for lang in shared]) for each in (a, b))
    return significance.compare(of_a, of_b, test, "language")


def _in_families(judgements: list[Judgement]) -> list[Judgement]:
    """Return the judgements with p adjusted over those that answer the same question."""
    families: dict[tuple[str, str], list[int]] = {}
    for at, each in enumerate(judgements):
        metric = RANK_DISTANCE if each.comparison.higher_is_better is False else "accuracy"
        families.setdefault((f"{each.setting} {metric}", each.baseline), []).append(at)
    found = list(judgements)
    for places in families.values():
        inside = [judgements[at] for at in places]
        name = f"{counted(len(inside), 'judgement')} of {inside[0].question}"
        adjusted = significance.in_family([each.comparison for each in inside], name)
        for at, comparison in zip(places, adjusted, strict=True):
            found[at] = replace(found[at], comparison=comparison)
    return found
