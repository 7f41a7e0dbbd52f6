"""What the engine measures by pair of languages, beyond the matrices themselves."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hybrid_tui.api.bias_matrices import BiasMatrices
from hybrid_tui.api.workspace import Workspace
from hybrid_tui.encoders.registry import user_models_dir
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation import cell_significance, evaluate, heatmaps, rank_agreement, results
from hybrid_tui.evaluation.imported_runs import IMPORTED

from .. import toys
from ..checkpoints import checkpoint
from ..toys import MODELS, toy
from ..trained_models import head


def asked(bias: BiasMatrices, *systems: str, **values):
    cell = {"data": "toy", "measure": "map", "row": "de", "column": "th"}
    return bias.queries(systems=systems, **(cell | values))


def test_consistency_is_made_of_the_models_embeddings_when_it_is_asked_for():
    toy()
    found = BiasMatrices(Workspace()).matrices("toy", "me5-small+center", ("mrc",))
    evaluation = results.named("me5-small+center", "toy")
    vectors = evaluate.in_order(toys.system("me5-small+center", "toy"), evaluation.ranks)
    assert found == {"mrc": heatmaps.observed(evaluation, "mrc", lambda: vectors).matrix}
    mean = rank_agreement.off_diagonal_mean(found["mrc"])
    assert mean == pytest.approx(evaluation.manifest.bias["MRC@10"])


def test_what_is_known_by_its_evaluation_alone_has_matrices_but_no_consistency():
    toy()
    bias = BiasMatrices(Workspace())
    bias.matrices("toy", "me5-small", ())
    kept = results.named("me5-small", "toy")
    ranks, about = kept.ranks, kept.manifest
    theirs = msgspec.structs.replace(about, model="theirs", model_fingerprint="run-1")
    results.keep(theirs, ranks, kept.values, kept.bias_values)
    assert bias.matrices("toy", "theirs", ()) == bias.matrices("toy", "me5-small", ())
    with pytest.raises(DataError, match="theirs is known by its evaluation alone"):
        bias.matrices("toy", "theirs", ("mrc",))


def test_a_model_that_is_trained_anew_is_measured_anew(tmp_path: Path):
    tiny = str(checkpoint(tmp_path / "tiny"))
    folder = user_models_dir() / "mine"
    head(folder, tiny, 16, noise=1)
    toy()
    bias = BiasMatrices(Workspace())
    bias.matrices("toy", "mine", ("map",))
    bias.matrices("toy", "mine", ("map",))
    head(folder, tiny, 16, noise=2)
    bias.matrices("toy", "mine", ("map",))
    measured = {each.manifest.model_fingerprint for each in results.kept()}
    assert len(measured) == 2
    assert toys.system("mine", "toy").spec.fingerprint in measured


def test_a_run_that_is_imported_anew_is_measured_anew():
    toy(models=MODELS)
    bias = BiasMatrices(Workspace())
    for number, name in enumerate(MODELS):
        kept = evaluate.evaluate(toys.system(name, "toy"))
        theirs = msgspec.structs.replace(
            kept.manifest,
            model="theirs",
            model_fingerprint=f"run-{number}",
            sampler=IMPORTED,
            made=f"2026-01-0{number + 1}",
        )
        results.keep(theirs, kept.ranks, kept.values, kept.bias_values)
        assert bias.matrices("toy", "theirs", ("map",)) == bias.matrices("toy", name, ("map",))


def test_what_was_just_evaluated_is_not_read_again(monkeypatch: pytest.MonkeyPatch):
    toy()
    bias = BiasMatrices(Workspace())
    bias.matrices("toy", "me5-small", ("map",))
    monkeypatch.setattr(evaluate, "evaluate", lambda *_, **__: pytest.fail("evaluated or read again"))
    assert set(bias.matrices("toy", "me5-small", ("map", "rank-gap"))) == {"map", "rank-gap"}


def test_certainty_is_of_one_or_of_two():
    toy(models=MODELS)
    bias = BiasMatrices(Workspace())
    one, two = (heatmaps.observed(evaluate.evaluate(toys.system(name, "toy")), "map") for name in MODELS)
    assert bias.certainty("toy", MODELS[:1], "map") == cell_significance.intervals(one)
    assert bias.certainty("toy", MODELS, "map") == cell_significance.difference(one, two)


def test_one_language_has_nothing_to_judge_or_to_list():
    toy(langs=["de"])
    bias = BiasMatrices(Workspace())
    assert bias.certainty("toy", ("me5-small",), "mix") is None
    assert bias.matrices("toy", "me5-small", ("mrc",)) == {}
    assert asked(bias, "me5-small", measure="mix", column="de") == ((), 0)


def test_queries_of_a_cell_are_the_rows_language_s_filtered_and_cut():
    toy(models=MODELS)
    bias = BiasMatrices(Workspace())
    found, total = asked(bias, *MODELS)
    assert total == len(found) == 12
    assert {query.question.lang for query in found} == {"de"}
    assert all(len(query.values) == len(query.ranks) == 2 for query in found)
    losses = [query.values[1] - query.values[0] for query in found]
    assert losses == sorted(losses)
    some, matches = asked(bias, "me5-small", text="QUESTION 1", limit=2)
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
        asked(BiasMatrices(Workspace()), "me5-small", **values)
