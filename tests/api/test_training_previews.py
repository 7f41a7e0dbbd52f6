"""What a training that is asked for would be, and what is wrong with which field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hybrid_tui.api.records import TrainingPreview
from hybrid_tui.api.training_plans import TrainingOptions, plan_training
from hybrid_tui.api.training_previews import preview, problems
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.training import run
from tests.checkpoints import checkpoint
from tests.trained_models import head
from tests.training.conftest import pairs_file

pytestmark = pytest.mark.usefixtures("one_thread", "nothing_shipped")
THREE = ("mono", "cross", "hybrid")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TrainingOptions:
    folder = tmp_path_factory.mktemp("tiny")
    return TrainingOptions(
        backbone=str(checkpoint(folder / "tiny")),
        data=(str(pairs_file(folder / "pairs.jsonl")),),
        samplers=THREE,
    )


def changed(wanted: TrainingOptions, **fields: object) -> TrainingOptions:
    return wanted | fields


def plan(wanted: TrainingOptions) -> TrainingPreview:
    try:
        return preview(plan_training(**wanted))
    except HybridTuiError as error:
        return problems(error, **wanted)


def test_models_and_settings_are_those_that_training_would_have(tiny: TrainingOptions):
    found = plan(changed(tiny, steps=40))
    assert not found.problems
    assert [(each.name, each.sampler, each.steps) for each in found.models] == [
        (f"tiny-head-{sampler}", sampler, 40) for sampler in THREE
    ]
    assert len({each.rows for each in found.models}) == 1, "they differ in the sampler alone"
    facts = dict(found.facts)
    assert facts["tuning"] == "head"
    assert facts["steps"].startswith(f"40 of {found.models[0].rows} rows")
    assert "3 languages: de en th" in facts["trained on"]
    assert facts["learning rate"].startswith("0.001")
    assert re.fullmatch(r"encoding \d+ texts, then 1 s", facts["takes about"])


def test_no_steps_are_the_default(tiny: TrainingOptions):
    assert {each.steps for each in plan(tiny).models} == {500}


def test_a_name_that_exists_says_so(tiny: TrainingOptions):
    from hybrid_tui.encoders.registry import user_models_dir

    head(user_models_dir() / "tiny-head-cross", tiny["backbone"], 16)
    taken = [each.taken for each in plan(tiny).models]
    assert taken == ["", "there is a model tiny-head-cross", ""]


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"backbone": "me6-small"}, "backbone", "did you mean"),
        ({"data": ("startr",)}, "data", "no collection named"),
        ({"data": ("/dev",)}, "data", "no training data"),
        ({"tuning": "deep"}, "tuning", "no tuning named"),
        ({"backbone": "use-m3", "tuning": "lora"}, "tuning", "is frozen"),
        ({"samplers": ("zigzag",)}, "sampler", "no sampler named"),
        ({"alpha": 1.5}, "sampler", "alpha is a share"),
    ],
)
def test_what_is_wrong_is_told_by_field(
    tiny: TrainingOptions, fields: dict[str, object], field: str, problem: str
):
    found = plan(changed(tiny, **fields))
    assert list(found.problems) == [field]
    assert problem in found.problems[field]
    assert found.models == ()


def test_a_trained_model_is_no_backbone(tiny: TrainingOptions, tmp_path: Path):
    found = plan(changed(tiny, backbone=str(head(tmp_path / "trained", tiny["backbone"], 16))))
    assert "is a trained model" in found.problems["backbone"]


def test_a_sampler_that_the_data_cannot_serve(tiny: TrainingOptions, tmp_path: Path):
    alone = pairs_file(tmp_path / "alone.jsonl", langs=("de",))
    found = plan(changed(tiny, data=(str(alone),)))
    assert "cannot serve the sampler cross" in found.problems["sampler"]


def test_nothing_is_left_of_a_plan(tiny: TrainingOptions):
    assert not run.folder_of(plan(tiny).models[0].name).parent.exists()
