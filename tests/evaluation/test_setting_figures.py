from __future__ import annotations

import pytest

from hybrid_tui.comparison.setting_summary import RANK_DISTANCE, EvaluatedSystem
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import compare, metric_tables, setting_figures
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest

from .kept_evaluations import kept
from .random_cases import world
from .test_verdict import ranked

QUICK = PairedTest(draws=200)


def made(seed: int, **about: object) -> Evaluation:
    return kept(world(seed, items=8), **({"model": f"m{seed}"} | about))


def test_values_are_those_of_the_tables_with_an_interval_around_them() -> None:
    one = made(1)
    found = setting_figures.figures(one, test=QUICK)
    assert list(found) == [*SETTINGS, RANK_DISTANCE]
    values = metric_tables.summary(one.values)
    for setting in SETTINGS:
        figure = found[setting]
        assert figure.value == pytest.approx(values[setting]["mAP"])
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high
        assert figure.against is None
    assert found[RANK_DISTANCE].value == pytest.approx(one.manifest.bias["rank_distance"])


def test_differences_are_those_of_compare() -> None:
    one, other = made(1), made(2)
    found = setting_figures.figures(other, one, QUICK)
    for line in compare.lines([one], [other], "mAP", test=QUICK):
        against = found[line.setting].against
        assert against is not None
        assert against.difference == line.comparison.difference
        assert (against.low, against.high) == (line.comparison.low, line.comparison.high)
        assert against.p == line.comparison.holm


def test_a_shorter_rank_distance_is_better() -> None:
    worse, better = (kept(ranked(skill), model=f"m{skill}") for skill in (0.1, 0.9))
    found = setting_figures.figures(better, worse, QUICK)
    assert {figure.against.verdict for figure in found.values() if figure.against} == {"better"}
    back = setting_figures.figures(worse, better, QUICK)
    assert back[RANK_DISTANCE].against is not None
    assert back[RANK_DISTANCE].against.verdict == "worse"


def test_one_language_has_one_setting() -> None:
    found = setting_figures.figures(kept(world(languages=1)), test=QUICK)
    assert list(found) == ["monolingual"]


def test_other_collections_are_refused() -> None:
    with pytest.raises(UsageError, match="different collections"):
        setting_figures.figures(made(1), made(2, collection_fingerprint="c2"), QUICK)


TRAINED = {"backbone": "b", "tuning": "lora", "training": "12345678"}


@pytest.mark.parametrize(
    ("sampler", "alpha"),
    [("mono", 1.0), ("cross", 0.0), ("hybrid", 0.5), ("hybrid (alpha 0.25)", 0.25), ("mixed", None)],
)
def test_samplers_have_a_share_of_monolingual_batches(sampler: str, alpha: float | None) -> None:
    found = setting_figures.system(made(1, sampler=sampler, correction="center", **TRAINED))
    assert (found.name, found.sampler, found.alpha) == ("m1+center", sampler, alpha)
    assert found.sweep == "b lora 1234+center"
    assert set(found.values) == {*SETTINGS, RANK_DISTANCE}


def test_a_backbone_is_in_no_sweep_and_a_damaged_evaluation_has_no_values() -> None:
    one = made(1, backbone="b", sampler="untrained")
    (one.folder / "values.parquet").write_bytes(b"")
    found = setting_figures.system(Evaluation(one.manifest, one.folder))
    assert found == EvaluatedSystem("m1", "untrained", languages=one.manifest.languages)


def test_a_base_that_ranked_other_languages_leaves_figures_without_a_comparison() -> None:
    one, other = made(1), kept(world(2, items=8, languages=2), model="m2")
    found = setting_figures.figures(one, other, QUICK)
    assert list(found) == [*SETTINGS, RANK_DISTANCE]
    assert not any(figure.against for figure in found.values())
