"""What the engine measures by pair of languages, beyond the matrices themselves."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hybrid_tui.encoders.registry import user_models_dir
from hybrid_tui.engine.messages import ListCellQueries
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation import cell_significance, evaluate, heatmaps, rank_agreement, results

from ..checkpoints import checkpoint
from ..toys import MODELS, toy
from ..trained_models import head


def step(_: str):
    return lambda _done, _total: None


def asked(*systems: str, **values) -> ListCellQueries:
    cell = {"data": "toy", "measure": "map", "row": "de", "column": "th"}
    return ListCellQueries(systems=systems, **(cell | values))


def test_consistency_is_made_of_the_models_embeddings_when_it_is_asked_for():
    toy()
    found = Service().bias.matrices("toy", "me5-small+center", ("mrc",), step)
    evaluation = results.named("me5-small+center", "toy")
    vectors = evaluate.in_order(evaluate.system("me5-small+center", "toy"), evaluation.ranks)
    assert found == {"mrc": heatmaps.observed(evaluation, "mrc", lambda: vectors).matrix}
    mean = rank_agreement.off_diagonal_mean(found["mrc"])
    assert mean == pytest.approx(evaluation.manifest.bias["MRC@10"])


def test_what_is_known_by_its_evaluation_alone_has_matrices_but_no_consistency():
    toy()
    bias = Service().bias
    bias.matrices("toy", "me5-small", (), step)
    kept = results.named("me5-small", "toy")
    ranks, about = kept.ranks, kept.manifest
    theirs = msgspec.structs.replace(about, model="theirs", model_fingerprint="run-1")
    results.keep(theirs, ranks, kept.values, kept.bias_values)
    assert bias.matrices("toy", "theirs", (), step) == bias.matrices("toy", "me5-small", (), step)
    with pytest.raises(DataError, match="theirs is known by its evaluation alone"):
        bias.matrices("toy", "theirs", ("mrc",), step)


def test_a_model_that_is_trained_anew_is_measured_anew(tmp_path: Path):
    tiny = str(checkpoint(tmp_path / "tiny"))
    folder = user_models_dir() / "mine"
    head(folder, tiny, 16, noise=1)
    toy()
    bias = Service().bias
    bias.matrices("toy", "mine", ("map",), step)
    bias.matrices("toy", "mine", ("map",), step)
    head(folder, tiny, 16, noise=2)
    bias.matrices("toy", "mine", ("map",), step)
    measured = {each.manifest.model_fingerprint for each in results.kept()}
    assert len(measured) == 2
    assert evaluate.system("mine", "toy").spec.fingerprint in measured


def test_a_run_that_is_imported_anew_is_measured_anew():
    toy(models=MODELS)
    bias = Service().bias
    for number, name in enumerate(MODELS):
        kept = evaluate.evaluate(evaluate.system(name, "toy"), step=step)
        theirs = msgspec.structs.replace(
            kept.manifest,
            model="theirs",
            model_fingerprint=f"run-{number}",
            sampler=results.IMPORTED,
            made=f"2026-01-0{number + 1}",
        )
        results.keep(theirs, kept.ranks, kept.values, kept.bias_values)
        assert bias.matrices("toy", "theirs", ("map",), step) == bias.matrices("toy", name, ("map",), step)


def test_what_was_just_evaluated_is_not_read_again(monkeypatch: pytest.MonkeyPatch):
    toy()
    bias = Service().bias
    bias.matrices("toy", "me5-small", ("map",), step)
    monkeypatch.setattr(evaluate, "evaluate", lambda *_, **__: pytest.fail("evaluated or read again"))
    assert set(bias.matrices("toy", "me5-small", ("map", "rank-gap"), step)) == {"map", "rank-gap"}


def test_certainty_is_of_one_or_of_two():
    toy(models=MODELS)
    bias = Service().bias
    one, two = (
        heatmaps.observed(evaluate.evaluate(evaluate.system(name, "toy"), step=step), "map")
        for name in MODELS
    )
    assert bias.certainty("toy", MODELS[:1], "map", step) == cell_significance.intervals(one)
    assert bias.certainty("toy", MODELS, "map", step) == cell_significance.difference(one, two)


def test_one_language_has_nothing_to_judge_or_to_list():
    toy(langs=["de"])
    bias = Service().bias
    assert bias.certainty("toy", ("me5-small",), "mix", step) is None
    assert bias.matrices("toy", "me5-small", ("mrc",), step) == {}
    assert bias.queries(asked("me5-small", measure="mix", column="de"), step) == ((), 0)


def test_queries_of_a_cell_are_the_rows_language_s_filtered_and_cut():
    toy(models=MODELS)
    bias = Service().bias
    found, total = bias.queries(asked(*MODELS), step)
    assert total == len(found) == 12
    assert {query.question.lang for query in found} == {"de"}
    assert all(len(query.values) == len(query.ranks) == 2 for query in found)
    losses = [query.values[1] - query.values[0] for query in found]
    assert losses == sorted(losses)
    some, matches = bias.queries(asked("me5-small", text="QUESTION 1", limit=2), step)
    assert (len(some), matches) == (2, 3)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"row": "xx"}, "query language"),
        ({"column": "xx"}, "passage language"),
        ({"measure": "gap"}, "measure"),
    ],
)
def test_a_cell_that_is_not_there_is_a_usage_error(values: dict[str, str], said: str):
    toy()
    with pytest.raises(UsageError, match=f"no {said} named"):
        Service().bias.queries(asked("me5-small", **values), step)
