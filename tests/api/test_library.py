"""The library as the app is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_tui.api import library
from hybrid_tui.api.bias_matrices import BiasMatrices
from hybrid_tui.api.workspace import Workspace
from hybrid_tui.encoders.registry import user_models_dir
from hybrid_tui.errors import DataError, UsageError
from tests.checkpoints import checkpoint
from tests.trained_models import head
from tests.training.conftest import pairs_file

from ..toys import toy

pytestmark = pytest.mark.usefixtures("nothing_shipped")


def models() -> dict[str, library.KnownModel]:
    return {each.name: each for each in library.library().models}


def collections() -> dict[str, library.KnownCollection]:
    return {each.name: each for each in library.library().collections}


def test_models_with_their_size_and_whose_they_are():
    folder = head(user_models_dir() / "mine")
    found = models()
    mine, shipped, hub = found["mine"], found["me5-small"], found["labse"]
    assert (mine.backbone, mine.tuning, mine.sampler, mine.own) == ("me5-small", "head", "hybrid", True)
    assert mine.size == sum(file.stat().st_size for file in folder.iterdir())
    assert shipped.size > 10**7
    assert (shipped.own, shipped.sampler) == (False, "untrained")
    assert (hub.size, hub.note) == (0, "download of 1,884 MB")


def test_evaluations_are_counted_on_both_sides():
    toy()
    BiasMatrices(Workspace()).matrices("toy", "me5-small")
    assert (models()["me5-small"].evaluations, models()["use-m3"].evaluations) == (1, 0)
    assert (collections()["toy"].evaluations, collections()["starter"].evaluations) == (1, 0)
    assert "me5-small on toy" in dict(library.describe("model", "me5-small"))["evaluations"]
    assert "me5-small" in dict(library.describe("collection", "toy"))["evaluations"]


def test_facts_are_those_of_the_commands():
    head(user_models_dir() / "mine")
    facts = dict(library.describe("model", "mine"))
    assert facts["name"] == "mine"
    assert "batch_size = 8" in facts["settings"].splitlines()
    assert "loss = [/x]" in facts["settings"]
    starter = dict(library.describe("collection", "starter"))
    assert starter["queries"].startswith("1,320: ar 120, de 120")
    assert starter["source"] == "ships with hybrid-tui"


@pytest.mark.parametrize("kind", ["model", "collection"])
def test_unknown_names(kind: library.Kind):
    with pytest.raises(UsageError, match=f"no {kind} named"):
        library.describe(kind, "nowhere")
    with pytest.raises(UsageError):
        library.remove(kind, "nowhere")


def test_a_model_is_added_and_removed(tmp_path: Path):
    tiny = str(checkpoint(tmp_path / "tiny"))
    folder = head(tmp_path / "theirs", tiny, 16)
    assert (library.add("model", str(folder)).name, library.add("model", str(folder)).new) == (
        "theirs",
        False,
    )
    assert library.add("model", str(folder), "other").new
    library.remove("model", "theirs")
    assert set(models()) & {"theirs", "other"} == {"other"}
    with pytest.raises(DataError, match="is not a trained model"):
        library.add("model", str(tmp_path))
    with pytest.raises(UsageError, match="is a backbone"):
        library.remove("model", "me5-small")


def test_a_collection_is_added_under_the_name_of_its_file_and_removed(tmp_path: Path):
    file = pairs_file(tmp_path / "my-pairs.jsonl")
    assert library.add("collection", str(file)).name == "my-pairs"
    found = collections()["my-pairs"]
    assert (found.languages, found.items, found.own) == (("de", "en", "th"), 16, True)
    library.remove("collection", "my-pairs")
    assert set(collections()) == {"starter"}
    with pytest.raises(UsageError, match="ships with the package"):
        library.remove("collection", "starter")


def test_a_damaged_collection_says_so_and_can_be_removed():
    toy()
    from hybrid_tui import settings

    (settings.data_dir() / "collections" / "toy" / "collection.toml").write_text("torn = ")
    assert "damaged" in collections()["toy"].problem
    with pytest.raises(DataError, match="damaged"):
        library.describe("collection", "toy")
    library.remove("collection", "toy")
    assert set(collections()) == {"starter"}


def test_a_model_that_is_trained_anew_is_not_searched_as_it_was(tmp_path: Path):
    tiny = str(checkpoint(tmp_path / "tiny"))
    folder = user_models_dir() / "mine"
    head(folder, tiny, 16, noise=1)
    toy("toy", langs=("de", "en"))
    workspace = Workspace()

    def scores() -> list[float]:
        return [
            hit.score
            for hit in workspace.retriever("toy", "mine").search("a river", query_lang="en", k=3).hits
        ]

    first = scores()
    assert scores() == first
    head(folder, tiny, 16, noise=2)
    assert scores() != first
