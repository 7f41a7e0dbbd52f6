from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.encoders import registry
from hybrid_tui.encoders.manifest import write
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import compare, document, metric_tables, significance
from hybrid_tui.evaluation.document import Code, Figure, Heading, Paragraph, Part, Points, Table
from hybrid_tui.evaluation.report import report
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest

from .. import trained_models
from .kept_evaluations import kept
from .random_cases import world

QUICK = PairedTest(draws=200)
BIAS = "Language bias"


def pair(**options: int) -> list[Evaluation]:
    return [kept(world(seed, items=8, **options), model=f"m{seed}") for seed in (1, 2)]


def tables(parts: list[Part]) -> dict[str, Table]:
    return {part.header[0]: part for part in parts if isinstance(part, Table)}


def headings(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if isinstance(part, Heading)]


def text(parts: list[Part]) -> str:
    return document.markdown(parts, "figures")


def test_figures_are_those_of_the_evaluations():
    evaluations = pair()
    parts = report(evaluations, QUICK)
    assert headings(parts)[:5] == [
        "Results on toy", "Retrieval", "Monolingual", "Cross-lingual", "Multilingual",
    ]  # fmt: skip
    shown = [part for part in parts if isinstance(part, Table)][:3]
    for table, setting in zip(shown, metric_tables.SETTINGS, strict=True):
        assert table.header == [setting, "mAP", "R@1", "R@10", "nDCG@10", "MRR"]
        for row, each in zip(table.rows, evaluations, strict=True):
            values = metric_tables.summary(each.values)[setting]
            assert row[0] == each.manifest.system
            assert row[1].split()[0] == figure(values["mAP"], 3)
            assert row[2:] == [figure(values[name], 3) for name in table.header[2:]]
    paragraph = parts[1]
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text.startswith("8 items with 24 queries in 3 languages, 39 passages in 3 (de 13, ")


def test_marks_are_of_the_difference_to_the_first():
    evaluations = pair()
    worse = kept(world(3, items=8, others=60), model="m3", pool=evaluations[0].manifest.pool)
    parts = report([*evaluations, worse], QUICK)
    lines = [
        line.comparison
        for each in (evaluations[1], worse)
        for line in compare.lines(evaluations[:1], [each], "mAP", test=QUICK)
    ]
    marks = [each.judged.mark for each in significance.in_family(lines, "all")[3:]]
    assert "▼" in marks
    shown = [part.rows for part in parts if isinstance(part, Table)][:3]
    assert [rows[2][1].partition(" ")[2] for rows in shown] == marks
    assert [rows[0][1].partition(" ")[2] for rows in shown] == ["", "", ""]


def test_seen_languages_are_those_that_a_model_was_trained_in():
    parts = report(pair(), QUICK)
    assert "unseen" not in tables(parts)["multilingual"].header
    write(trained_models.manifest(name="m1", data=[]), registry.user_models_dir() / "m1")
    evaluations = pair()
    parts = report(evaluations, QUICK)
    table = [part for part in parts if isinstance(part, Table)][3]
    assert table.header == ["monolingual", "de", "en", "es", "seen", "unseen"]
    values = metric_tables.by_language(evaluations[0].values)
    of = {lang: values[lang]["monolingual"]["mAP"] for lang in values}
    assert table.rows[0][-2:] == [figure((of["de"] + of["en"]) / 2, 3), figure(of["es"], 3)]
    assert table.rows[1][-2:] == ["·", "·"]
    assert "m1 in de, en" in text(parts)


def test_what_kendalls_w_rests_on_is_told():
    assert "an answer in every language: 24 of 24 questions" in text(report(pair(), QUICK))
    ragged = kept(world(3, items=8, asked=("en",), ragged=True), model="ragged")
    blocks = int(ragged.manifest.bias["friedman_blocks"])
    assert f"every language: {blocks} of 8 questions" in text(report([ragged], QUICK))
    none = msgspec.structs.replace(ragged.manifest, bias=ragged.manifest.bias | {"friedman_blocks": 0.0})
    assert "no question, so it cannot be told" in text(report([replace(ragged, manifest=none)], QUICK))


def test_everything_to_run_it_again_is_there():
    evaluations = [
        kept(world(1), model="me5-small"),
        kept(world(1), model="a b", correction="shift:.5", fitted_on="toy@c1"),
        kept(world(1), model="me5-small", correction="center", fitted_on="other:test@c2"),
        kept(world(1), model="bm25", sampler="imported", seconds={}),
    ]
    commands, prints = [
        part.text.splitlines() for part in report(evaluations, QUICK) if isinstance(part, Code)
    ]
    assert commands == [
        "hybrid-tui evaluate --data toy --model me5-small",
        "hybrid-tui evaluate --data toy --model 'a b+shift:.5'",
        "hybrid-tui evaluate --data toy --model me5-small+center@other:test",
    ]
    assert prints[0] == "me5-small: model me5-small"
    assert prints[2] == "me5-small+center@other:test: model me5-small"


def test_the_verdict_is_among_it():
    every = [
        kept(world(seed, items=8), model=name, backbone="xlm-r", sampler=name)
        for seed, name in enumerate(("mono", "hybrid"))
    ]
    parts = report(every, QUICK)
    (points,) = [part for part in parts if isinstance(part, Points)]
    assert points.texts[0].startswith("toy, xlm-r (kept evaluations): monolingual mAP: hybrid ")
    assert any(line.startswith("XQuAD-R, xlm-r (Table 3): monolingual mAP: ") for line in points.texts)
    told = next(part.text for part in parts if isinstance(part, Paragraph) and "These" in part.text)
    assert "These evaluations: does hybrid cost monolingual accuracy?" in told
    assert "no in 4, undecided in 4 of 8" in told


def test_heatmaps_are_on_one_scale_each():
    figures = [part for part in report(pair(), QUICK) if isinstance(part, Figure)]
    assert [part.name for part in figures] == ["map-m1", "map-m2", "rank-gap-m1", "rank-gap-m2"]
    assert all(part.svg.startswith("<svg") for part in figures)
    assert figures[0].caption == "m1: mAP"


def test_one_language_alone_has_no_other_settings_and_no_bias():
    parts = report(pair(languages=1), QUICK)
    assert headings(parts)[:4] == ["Results on toy", "Retrieval", "Monolingual", "By query language (mAP)"]
    assert BIAS not in headings(parts)
    assert [part.name for part in parts if isinstance(part, Figure)] == ["map-m1", "map-m2"]
    assert "cross-lingual" not in tables(parts)


def test_a_run_in_each_language_alone_leaves_cells_empty():
    whole, other = pair()
    values = other.values.filter(other.values["pool"] == other.values["query_lang"])
    from hybrid_tui.evaluation import results

    alone = results.keep(
        results.EvaluationManifest(
            **{
                name: getattr(other.manifest, name)
                for name in ("collection", "collection_fingerprint", "languages", "pool", "queries", "items")
            },
            model="bm25",
            model_fingerprint="run-1",
            sampler="imported",
            bias={},
            seconds={},
            version="0",
            made="2026-01-01T00:00:00",
        ),
        other.ranks,
        values,
        other.bias_values.clear(),
    )
    for order in ([whole, alone], [alone, whole]):
        parts = report(order, QUICK)
        assert BIAS in headings(parts)
        row = next(row for row in tables(parts)["cross-lingual"].rows if row[0] == "bm25")
        assert set(row[1:]) == {"·"}
        assert "rank-gap-bm25" not in text(parts)
        document.html(parts, "t")
        document.latex(parts, "f")


def test_languages_without_queries_or_passages():
    evaluations = [kept(world(seed, asked=("de", "en"), languages=4), model=f"m{seed}") for seed in (1, 2)]
    parts = report(evaluations, QUICK)
    assert [part for part in parts if isinstance(part, Table)][3].header == ["monolingual", "de", "en"]


def test_different_collections_are_refused():
    one, _ = pair()
    with pytest.raises(UsageError, match=r"m1 on toy \(c1\), m2 on toys \(c2\)"):
        report([one, kept(world(2), model="m2", collection="toys", collection_fingerprint="c2")])
