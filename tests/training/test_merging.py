from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from peft.utils.merge_utils import ties

from hybrid_tui.encoders import linear_head, lora, manifest, model, registry, user_models
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.errors import UsageError
from hybrid_tui.training import merging
from tests import trained_models

SHAPES = {f"encoder.layer.{layer}.output.dense": (8, 12) for layer in range(2)}


@pytest.fixture(autouse=True)
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load no backbone to try what is written; the command's own test does."""
    monkeypatch.setattr(user_models, "check", lambda _spec: None)


def adapters(folder: Path) -> list[str]:
    return [
        str(trained_models.lora(folder / f"lora-{noise}", shapes=SHAPES, noise=noise)) for noise in range(3)
    ]


def heads(folder: Path) -> list[str]:
    return [str(trained_models.head(folder / f"head-{noise}", noise=noise)) for noise in range(2)]


def changes(adapter: Lora) -> dict[str, torch.Tensor]:
    return {name: adapter.scale(name) * up @ down for name, (down, up) in adapter.pairs.items()}


def merged(name: str) -> Path:
    folder = registry.find(name)
    assert folder
    return folder


def test_the_sum_of_adapters_is_exact(tmp_path: Path):
    names, weights = adapters(tmp_path), (0.5, 0.75, -0.25)
    merging.merge("soup", names, weights)
    found = changes(lora.read(merged("soup")))
    each = [changes(lora.read(Path(name))) for name in names]
    assert found.keys() == SHAPES.keys()
    for name, change in found.items():
        wanted = sum(weight * one[name] for weight, one in zip(weights, each, strict=True))
        torch.testing.assert_close(change, wanted, atol=1e-6, rtol=1e-5)


def test_the_mean_of_heads_is_the_default(tmp_path: Path):
    names = heads(tmp_path)
    merging.merge("soup", names)
    wanted = np.mean([linear_head.read(Path(name)) for name in names], axis=0)
    np.testing.assert_allclose(linear_head.read(merged("soup")), wanted, atol=1e-6)


def test_ties_is_pefts_and_of_adapters_the_nearest_of_their_rank(tmp_path: Path):
    merging.merge("signs", heads(tmp_path), method="ties")
    whole = torch.eye(384)
    each = [torch.from_numpy(linear_head.read(Path(name))) - whole for name in heads(tmp_path)]
    wanted = whole + ties(each, torch.tensor([1.0, 1.0]), 0.2)
    np.testing.assert_allclose(linear_head.read(merged("signs")), wanted.numpy(), atol=1e-6)

    names = adapters(tmp_path)
    merging.merge("nearest", names, method="ties")
    every = [changes(lora.read(Path(name))) for name in names]
    for name, found in changes(lora.read(merged("nearest"))).items():
        wanted = ties([one[name] for one in every], torch.ones(3), 0.2)
        strengths = torch.linalg.svdvals(wanted)
        assert float((wanted - found).norm()) == pytest.approx(float(strengths[6:].norm()), abs=1e-5)


def test_the_manifest_tells_what_it_was_made_of(tmp_path: Path):
    names = heads(tmp_path)
    merging.merge("soup", names, (1, 3))
    made = manifest.read(merged("soup"))
    assert (made.sampler, made.steps, made.languages) == ("merged", 80, ["de", "en"])
    assert made.settings == {"models": names, "weights": ["1", "3"], "method": "linear"}
    assert made.data == [trained_models.DATA]


@pytest.mark.parametrize(
    ("models", "weights", "said"),
    [
        (["head-0"], (), "one model alone"),
        (["head-0", "me5-small"], (), "me5-small is no trained model"),
        (["head-0", "lora-0"], (), "tuning 'head' and 'lora'"),
        (["head-0", "other"], (), "backbone fingerprint"),
        (["head-0", "asked"], (), "query prompt 'query: ' and 'ask: '"),
        (["head-0", "head-1"], (1,), "1 weights for 2 models"),
        (["head-0", "head-1"], (0, 0), "no weights: 0, 0"),
        (["head-0", "head-1"], (float("nan"), 1), "no weights: nan, 1"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    tmp_path: Path, models: list[str], weights: tuple[float, ...], said: str
):
    heads(tmp_path)
    adapters(tmp_path)
    trained_models.head(tmp_path / "other", "use-m3", 512)
    trained_models.head(tmp_path / "asked", query_prompt="ask: ")
    named = [each if each == "me5-small" else str(tmp_path / each) for each in models]
    with pytest.raises(UsageError) as error:
        merging.merge("soup", named, weights)
    assert said in str(error.value)
    assert registry.find("soup") is None


def test_a_name_that_is_taken_is_refused(tmp_path: Path):
    names = heads(tmp_path)
    merging.merge("soup", names)
    with pytest.raises(UsageError, match="there is a model named soup already"):
        merging.merge("soup", names)
    assert model.resolve("soup").available
