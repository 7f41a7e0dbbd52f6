from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO

import msgspec
import pytest

from hybrid_tui.api.search import with_training
from hybrid_tui.comparison.export import as_csv, as_json, markdown
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import manifest, registry
from hybrid_tui.evaluation import contamination, setting_figures, verdict
from hybrid_tui.evaluation.results import Evaluation

from .. import trained_models
from ..toys import toy
from .kept_evaluations import kept
from .random_cases import world


@pytest.fixture
def evaluated() -> Evaluation:
    return kept(world(1, items=8), model="mine")


def trained(evaluation: Evaluation, digest: str) -> None:
    used = msgspec.structs.replace(trained_models.DATA, sha256=digest, items=5)
    manifest.write(trained_models.manifest(data=[used]), registry.user_models_dir() / "mine")


def test_a_model_trained_on_the_collection_has_seen_its_questions(evaluated: Evaluation) -> None:
    trained(evaluated, evaluated.manifest.collection_fingerprint)
    assert contamination.shared_items(evaluated.manifest) == 5
    assert contamination.note(evaluated.manifest).startswith("† mine was trained on 5 of these 8 questions")
    assert contamination.marked(evaluated.manifest) == "mine †"
    assert contamination.trained_languages(evaluated.manifest) == ("de", "en")
    assert setting_figures.system(evaluated).seen == 5


def test_one_trained_on_others_has_not(evaluated: Evaluation) -> None:
    trained(evaluated, "another")
    assert contamination.shared_items(evaluated.manifest) == 0
    assert contamination.note(evaluated.manifest) == ""
    assert contamination.marked(evaluated.manifest) == "mine"


def test_nothing_is_known_of_a_model_that_is_gone_or_broken(evaluated: Evaluation) -> None:
    assert contamination.shared_items(evaluated.manifest) == 0
    folder = registry.user_models_dir() / "mine"
    folder.mkdir(parents=True)
    (folder / manifest.MANIFEST).write_text("nothing")
    assert contamination.shared_items(evaluated.manifest) == 0


def of_starter(split: str) -> Evaluation:
    collection = catalog.load(f"starter:{split}" if split else "starter")
    items = collection.queries["item_id"].n_unique()
    about = {"collection": collection.name, "collection_fingerprint": collection.fingerprint}
    return kept(world(1), model="mine", items=items, **about)


@pytest.mark.parametrize(
    ("name", "noted"),
    [("starter:train", "starter:train"), ("starter:train", "starter"), ("starter", "starter")],
)
def test_questions_of_another_split_are_counted_and_the_one_held_out_is_named(name: str, noted: str) -> None:
    """A model trained on `starter:train` has seen some of `starter`, and none of `starter:test`.

    name: as the data are named, `starter` too where its train split is drawn. noted: whose fingerprint is.
    """
    train = catalog.load("starter:train")
    seen = train.queries["item_id"].n_unique()
    digest = catalog.load(noted).fingerprint
    used = msgspec.structs.replace(trained_models.DATA, name=name, sha256=digest, items=seen)
    manifest.write(trained_models.manifest(data=[used]), registry.user_models_dir() / "mine")
    whole = of_starter("")
    assert contamination.shared_items(whole.manifest) == seen
    assert contamination.shared_items(of_starter("train").manifest) == seen
    assert contamination.note(whole.manifest).endswith("starter:test is held out")
    assert contamination.shared_items(of_starter("test").manifest) == 0


def test_a_verdict_leaves_out_what_was_trained_on_its_questions(evaluated: Evaluation) -> None:
    other = kept(world(2, items=8), model="other")
    trained(evaluated, evaluated.manifest.collection_fingerprint)
    found, left = verdict.fair([evaluated, other])
    assert found == [other]
    assert left[0].startswith("left out, toy: † mine was trained on 5")
    judged = verdict.of_pair([evaluated], [other], "mine", "other", verdict.QUESTIONS[:1])
    assert judged[0].sentence().endswith("(† trained on these questions)")


def test_a_ranking_and_what_is_exported_of_it_tell_what_its_model_was_trained_on() -> None:
    collection = toy()
    used = msgspec.structs.replace(trained_models.DATA, sha256=collection.fingerprint, items=7)
    manifest.write(trained_models.manifest(data=[used]), registry.user_models_dir() / "mine")
    ranking = Ranking("mine", "toy", "?", "de", ("de",), 12, (Hit(1, "p", "de", 0.5, "text"),))
    marked = with_training(ranking, collection)
    assert marked.trained_on == 7
    assert "mine · † trained on 7 of these questions" in markdown([marked])
    (row,) = csv.DictReader(StringIO(as_csv([marked])))
    assert row["trained_on_questions"] == "7"
    assert json.loads(as_json([marked]))["results"][0]["trained_on_questions"] == 7
    assert with_training(replace(ranking, system="other"), collection).trained_on == 0
