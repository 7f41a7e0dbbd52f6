"""`models check`: prompts tried in every way, and what of a model is not used."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from hybrid_tui.encoders.backbones import Prompts
from hybrid_tui.evaluation import model_check
from hybrid_tui.evaluation.model_check import ModelCheck, PromptWay

from ..checkpoints import checkpoint


def test_every_way_of_the_prompts_is_measured_and_unused_weights_are_told(cli, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(model_check, "ITEMS", 2)
    folder = checkpoint(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights |= {"cls.predictions.bias": torch.zeros(3), "cls.predictions.weight": torch.zeros(3)}
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    found = cli("models", "check", str(folder), "--json").json
    assert [way["way"] for way in found["ways"]] == ["as they are", "without", "exchanged"]
    assert [way["prompts"]["query"] for way in found["ways"]] == ["Query: ", "", "Passage: "]
    assert all(0 <= way["figures"]["multilingual"] <= 1 for way in found["ways"])
    (note,) = found["notes"]
    assert note.startswith("its weights cls.predictions.bias and 1 more are not used")


def ways(*means: float) -> tuple[PromptWay, ...]:
    names = ("as they are", "without", "exchanged")
    return tuple(
        PromptWay(name, Prompts(), {"multilingual": mean}) for name, mean in zip(names, means, strict=False)
    )


@pytest.mark.parametrize(
    ("means", "said"),
    [
        ((0.5, 0.4, 0.3), "its prompts are right as they are"),
        ((0.5, 0.4, 0.6), "its prompts look wrong: exchanged it is better by 0.100"),
        ((0.5, 0.6, 0.4), "its prompts look wrong: without it is better by 0.100"),
        ((0.5, 0.495, 0.4), "its prompts make no difference above 0.01"),
        ((0.5,), "it takes no prompts"),
    ],
)
def test_the_verdict_follows_the_figures(means: tuple[float, ...], said: str):
    assert ModelCheck("m", (), ways(*means)).verdict == said
