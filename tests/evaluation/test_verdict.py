from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from hybrid_tui import settings
from hybrid_tui.evaluation import resampling, verdict
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest
from hybrid_tui.evaluation.verdict import QUESTIONS, Judgement

from .kept_evaluations import kept
from .random_cases import World, world

QUICK = PairedTest(draws=200)
ITEMS = 20


def ranked(skill: float, seed: int = 0, languages: int = 2) -> World:
    """A world in which relevant passages are scored higher, the more `skill` there is."""
    made = world(seed, items=ITEMS, languages=languages)
    rng = np.random.default_rng(seed)
    scores = rng.random(made.scores.shape)
    for query in made.queries:
        scores[query, made.wanted(query)] += skill
    return replace(made, scores=scores.astype(np.float32))


def trained(sampler: str, skill: float, seed: int = 0, **about: object) -> Evaluation:
    named = {"model": f"{sampler}-{seed}", "backbone": "xlm-r", "sampler": sampler, "seed": seed} | about
    return kept(ranked(skill, seed), **named)


def told(judgements: Sequence[Judgement]) -> dict[tuple[str, str], str]:
    return {
        (each.setting, each.baseline): each.comparison.verdict for each in judgements if each.metric == "mAP"
    }


def test_hybrid_is_judged_against_mono_and_cross():
    every = [trained("mono", 0.5), trained("cross", 0.1), trained("hybrid", 0.9), trained("mixed", 0.2)]
    found = verdict.of_kept(every, QUICK)
    assert [(each.setting, each.baseline, each.metric) for each in found] == list(QUESTIONS)
    assert {each.comparison.verdict for each in found} == {"better"}
    first = found[0]
    assert (first.collection, first.backbone, first.metric) == ("toy", "xlm-r", "mAP")
    assert (first.candidate, first.unit, first.indicative) == ("hybrid", "item", False)
    assert first.comparison.difference > 0
    assert first.sentence().startswith("monolingual mAP: hybrid is better than mono: +.")
    assert f"of {ITEMS} items" in first.sentence()
    assert verdict.answer(found) == "does hybrid cost monolingual accuracy? no in 1 of 1"


def test_a_loss_beyond_the_margin_is_a_cost():
    found = verdict.of_kept([trained("mono", 0.9), trained("hybrid", 0.0)], QUICK)
    assert told(found)["monolingual", "mono"] == "worse"
    answer = verdict.answer(found)
    assert answer == "does hybrid cost monolingual accuracy? yes in 1 of 1; behind beyond chance in 1"
    generous = verdict.of_kept([trained("mono", 0.9), trained("hybrid", 0.0)], replace(QUICK, margin=1.0))
    assert verdict.answer(generous).startswith("does hybrid cost monolingual accuracy? no in 1 of 1; behind")


def test_what_may_be_either_is_undecided():
    found = verdict.of_kept([trained("mono", 0.4), trained("hybrid", 0.4, 1)], replace(QUICK, margin=0.0))
    assert verdict.answer(found) == "does hybrid cost monolingual accuracy? undecided in 1 of 1"


def test_answers_are_counted_over_backbones_and_corrections():
    every = [
        trained(sampler, skill, backbone=backbone, model=f"{backbone}-{sampler}", **correction)
        for backbone, skills in (("xlm-r", (0.1, 0.9)), ("labse", (0.9, 0.0)))
        for sampler, skill in zip(("mono", "hybrid"), skills, strict=True)
        for correction in ({}, {"correction": "center", "fitted_on": "toy@c1"})
    ]
    found = verdict.of_kept(every, QUICK)
    assert "no in 2, yes in 2 of 4; behind beyond chance in 2" in verdict.answer(found)
    alone = [each for each in found if (each.setting, each.baseline) == QUESTIONS[0][:2]]
    assert {each.comparison.family for each in alone} == {"4 judgements of monolingual mAP against mono"}
    adjusted = resampling.holm(np.array([each.comparison.p for each in alone]))
    assert [each.comparison.holm for each in alone] == adjusted.tolist()


def test_what_differs_in_more_than_the_sampler_is_not_judged():
    mono = trained("mono", 0.5)
    for about in (
        {"backbone": "labse"},
        {"tuning": "lora"},
        {"training": "0123abcd"},
        {"correction": "center", "fitted_on": "toy@c1"},
        {"collection": "toys", "collection_fingerprint": "c2"},
        {"collection_fingerprint": "c2"},
    ):
        assert verdict.of_kept([mono, trained("hybrid", 0.5, **about)], QUICK) == []
    there = {"correction": "center", "model_fingerprint": "m"}
    fits = [trained(name, 0.5, fitted_on=f"{name}@1", **there) for name in ("mono", "hybrid")]
    assert verdict.of_kept(fits, QUICK) == []


def test_a_verdict_names_backbone_tuning_and_correction():
    about = {"tuning": "lora", "correction": "center", "fitted_on": "toy@c1"}
    found = verdict.of_kept([trained(name, 0.5, **about) for name in ("mono", "hybrid")], QUICK)
    assert found[0].heading == "toy, xlm-r lora +center"


def test_untrained_and_imported_systems_answer_nothing():
    every = [trained(sampler, 0.5) for sampler in ("untrained", "imported", "")]
    assert verdict.of_kept(every, QUICK) == []
    assert verdict.of_kept([], QUICK) == []
    assert verdict.answer([]) == "no evaluation of both hybrid and mono is kept"


def test_several_of_a_sampler_are_its_seeds_and_a_model_counts_once():
    mono = trained("mono", 0.3)
    hybrids = [trained("hybrid", 0.6, seed) for seed in (1, 2)]
    found = verdict.of_kept([mono, *hybrids], QUICK)
    twice = kept(ranked(0.6, 2), **_about(hybrids[1], model="the same under another name"))
    again = verdict.of_kept([mono, *hybrids, twice], QUICK)
    assert [each.comparison for each in again] == [each.comparison for each in found]
    alone = verdict.of_kept([mono, hybrids[0]], QUICK)
    assert alone[0].comparison.b != found[0].comparison.b


def _about(evaluation: Evaluation, **changes: object) -> dict[str, object]:
    about = evaluation.manifest
    names = ("model_fingerprint", "backbone", "sampler", "seed")
    return {name: getattr(about, name) for name in names} | changes


def test_collections_in_one_language_have_the_first_questions_alone():
    every = [
        kept(ranked(skill, languages=1), model=name, backbone="xlm-r", sampler=name)
        for name, skill in (("mono", 0.5), ("hybrid", 0.5))
    ]
    assert [(each.setting, each.baseline) for each in verdict.of_kept(every, QUICK)] == [QUESTIONS[0][:2]]


def test_any_pair_is_judged_in_every_setting():
    one, other = trained("mono", 0.2), trained("cross", 0.9, backbone="labse")
    found = verdict.of_pair([one], [other], "one", "other", test=QUICK)
    assert [each.setting for each in found] == ["monolingual", "cross-lingual", *["multilingual"] * 2]
    assert found[3].metric == "rank_distance"
    assert {each.heading for each in found} == {"toy"}
    assert {each.comparison.family for each in found} == {"the 4 figures of these two on toy"}
    assert "other is better than one" in found[0].sentence()
    same = verdict.of_pair([one], [trained("cross", 0.9)], "one", "other", QUESTIONS[:1], QUICK)
    assert [each.heading for each in same] == ["toy, xlm-r"]


def test_the_papers_figures_are_judged_by_language():
    found = verdict.of_published(QUICK)
    assert all(each.indicative and each.unit == "language" for each in found)
    first = found[0]
    assert first.source == "arXiv 2408.10536, Table 3"
    assert first.heading == "XQuAD-R, xlm-r"
    assert first.comparison.difference == pytest.approx(0.006, abs=5e-4)
    assert first.sentence().endswith("of 11 languages (indicative)")
    miracl = {
        each.backbone: each.comparison
        for each in found
        if each.collection == "MIRACL-dev" and (each.metric, each.baseline) == ("nDCG@10", "mono")
    }
    assert miracl["xlm-r"].difference == pytest.approx(-0.0094, abs=5e-5)
    assert miracl["labse"].difference == pytest.approx(-0.0140, abs=5e-5)
    distances = [each for each in found if each.metric == "rank distance"]
    assert len(distances) == 8
    assert all(not each.comparison.higher_is_better and each.comparison.margin == 0 for each in distances)
    assert verdict.answer(found).startswith("does hybrid cost monolingual accuracy? no in 4, ")


def mteb_result(model: str, task: str, scores: dict[str, float]) -> None:
    folder = settings.data_dir() / "mteb" / "results" / f"hybrid-tui__{model}" / "f1"
    folder.mkdir(parents=True, exist_ok=True)
    found = [{"hf_subset": subset, "main_score": score} for subset, score in scores.items()]
    (folder / f"{task}.json").write_text(json.dumps({"task_name": task, "scores": {"test": found}}))


def test_mteb_tasks_that_both_have_are_judged_by_language():
    mteb_result("a", "Both", {"deu": 0.5, "eng": 0.6, "tha": 0.4})
    mteb_result("b", "Both", {"deu": 0.6, "eng": 0.7, "fra": 0.1})
    mteb_result("a", "Other", {"deu": 0.5})
    (found,) = verdict.of_mteb("a", "b", QUICK)
    assert (found.collection, found.source, found.indicative) == ("Both", "mteb", True)
    assert (found.comparison.items, found.comparison.wins) == (2, 2)
    assert found.comparison.difference == pytest.approx(0.1)
    assert verdict.of_mteb("a", "c", QUICK) == []
