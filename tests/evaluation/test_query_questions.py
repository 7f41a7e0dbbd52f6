from __future__ import annotations

from statistics import fmean

import pytest

from hybrid_tui.evaluation import compare, document, metric_tables, query_questions
from hybrid_tui.evaluation.document import Part, Points, Table
from hybrid_tui.evaluation.report import report
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest

from .kept_evaluations import kept
from .random_cases import world

QUICK = PairedTest(draws=200)


def named(*systems: str) -> list[Evaluation]:
    return [
        kept(world(seed, items=8, languages=4), written=system, model=system.partition("+")[0])
        for seed, system in enumerate(systems, 1)
    ]


def told(*systems: str) -> list[str]:
    parts: list[Part] = query_questions.parts(named(*systems), "mAP", QUICK)
    return [point for part in parts if isinstance(part, Points) for point in part.texts]


@pytest.mark.parametrize(
    ("plain", "other", "question"),
    [
        ("m", "m+query:en:.5", query_questions.HELPS),
        ("m+center+fuse:bm25", "m+center+query:en:rrf+fuse:bm25", query_questions.HELPS),
        ("m+query:answer:1", "m+query:answer:concat", query_questions.JOINED),
        ("m+query:en-then-answer:concat", "m+query:answer-then-en:concat", query_questions.ORDER),
    ],
)
def test_systems_that_differ_in_one_thing_are_compared(plain: str, other: str, question: str):
    for systems in ((plain, other), (other, plain)):
        points = told(*systems)
        assert len(points) == 3
        for setting, point in zip(metric_tables.SETTINGS, points, strict=True):
            assert point.startswith(f"{question} {setting}: {other} is ")
            assert f" {plain}: " in point or f" {plain} (" in point
            assert "over the 3 comparisons of this list" in point


@pytest.mark.parametrize(
    "systems",
    [
        ("m", "m+center"),
        ("m", "other+query:en:.5"),
        ("m+query:en:.5", "m+query:de:.5"),
        ("m+query:en:.5", "m+query:en:concat"),
        ("m+query:few-shot-then-answer:1", "m+query:answer-then-few-shot:1"),
        ("run/of+anything", "run/of"),
    ],
)
def test_others_answer_no_question(systems: tuple[str, str]):
    assert told(*systems) == []


def test_the_gain_by_script_is_the_difference_over_its_languages():
    plain, mixed = named("m", "m+query:en:.5")
    parts = query_questions.parts([plain, mixed], "mAP", QUICK)
    (table,) = (part for part in parts if isinstance(part, Table))
    assert table.header == ["multilingual", "Latn (de en es)", "Thai (th)"]
    by_language = {
        line.language: line.comparison.difference
        for line in compare.lines([plain], [mixed], "mAP", ["multilingual"], by_language=True, test=QUICK)
    }
    wanted = fmean(by_language[lang] for lang in ("de", "en", "es")), by_language["th"]
    shown = [float(cell.split()[0].replace("−", "-")) for cell in table.rows[0][1:]]
    assert shown == pytest.approx(wanted, abs=5e-4)


def test_a_report_asks_where_there_is_another_form():
    evaluations = named("m", "m+query:en:.5")
    heading = "Does another form of the query help?"
    assert heading in document.markdown(report(evaluations, QUICK), "figures")
    assert heading not in document.markdown(report(evaluations[:1], QUICK), "figures")
