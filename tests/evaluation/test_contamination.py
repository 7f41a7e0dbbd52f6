from __future__ import annotations

import msgspec
import pytest

from hybrid_tui.encoders import manifest, registry
from hybrid_tui.evaluation import contamination, setting_figures
from hybrid_tui.evaluation.results import Evaluation

from .. import trained_models
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
    assert contamination.note(evaluated.manifest).startswith("mine was trained on 5 of these 8 questions")
    assert setting_figures.system(evaluated).seen == 5


def test_one_trained_on_others_has_not(evaluated: Evaluation) -> None:
    trained(evaluated, "another")
    assert contamination.shared_items(evaluated.manifest) == 0
    assert contamination.note(evaluated.manifest) == ""


def test_nothing_is_known_of_a_model_that_is_gone_or_broken(evaluated: Evaluation) -> None:
    assert contamination.shared_items(evaluated.manifest) == 0
    folder = registry.user_models_dir() / "mine"
    folder.mkdir(parents=True)
    (folder / manifest.MANIFEST).write_text("nothing")
    assert contamination.shared_items(evaluated.manifest) == 0
