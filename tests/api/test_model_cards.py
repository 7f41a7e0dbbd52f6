"""Cards of exported models: their front matter, what they tell, and what they do not make up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import hybrid_tui as ht
from hybrid_tui.encoders.manifest import DataUsed

from .. import trained_models
from ..checkpoints import checkpoint
from ..toys import toy

TINY = {"encoder.layer.0.attention.self.query": (16, 16)}
HOSTILE = "a|b [x](http://x) <img src=x> `c`\n---\n# no heading"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("secret-place") / "base")


def exported(name: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Export a system; return the front matter of its card, and the rest."""
    written = ht.export_model(name, folder).folder
    begin, yaml_text, text = (written / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert begin == ""
    return yaml.safe_load(yaml_text), text


def test_a_trained_model_tells_how_it_was_trained(base: Path, tmp_path: Path):
    data = DataUsed(
        name="mmarco:de,en:100",
        sha256="a1b2",
        items=3,
        rows=9,
        languages={"de": 4, "en": 5},
        sources={"somewhere": 9},
        licences={"CC0": 5, "": 4},
    )
    told = {
        "settings": {"batch_size": 8, "temperature": 0.05, "data": ["/home/me/pairs"]},
        "data": [data],
        "languages": ["de", "en", "zh-Hans"],
        "hardware": {"device": "cpu", "precision": "float32"},
    }
    folder = trained_models.lora(tmp_path / "mine", str(base), TINY, **told)
    head, text = exported(str(folder), tmp_path / "out")
    assert head["language"] == ["de", "en", "zh"]
    assert head["library_name"] == "sentence-transformers"
    assert head["datasets"] == ["unicamp-dl/mmarco"]
    assert "multilingual" in head["tags"]
    assert not {"license", "base_model"} & set(head)  # of a folder neither is known
    assert text.startswith("\n# mine\n")
    for line in (
        "| tuned | lora |",
        "| sampler of batches | hybrid |",
        "| batch size | 8 |",
        "| loss | infonce, in-batch negatives, temperature 0.05 |",
        "| precision | float32 |",
        "| origin of the backbone | not recorded |",
        "| mmarco:de,en:100 | 3 | 9 | de en | a1b2 |",
        "| CC0 | 5 |",
        "| not recorded | 4 |",
        "No evaluation of it was kept",
        "hybrid-tui evaluate --model mine --data COLLECTION",
    ):
        assert line in text
    assert "secret-place" not in text
    assert "/home/me" not in text


def test_a_backbone_tells_its_licence():
    from hybrid_tui.encoders import model
    from hybrid_tui.evaluation import model_card

    head = yaml.safe_load(model_card.front_matter(model.resolve("me5-base")).strip().strip("-"))
    assert (head["license"], head["base_model"]) == ("mit", "intfloat/multilingual-e5-base")
    head = yaml.safe_load(model_card.front_matter(model.resolve("me5-small")).strip().strip("-"))
    assert head["license"] == "mit"
    assert "base_model" not in head
    gemma = yaml.safe_load(model_card.front_matter(model.resolve("embeddinggemma")).strip().strip("-"))
    assert (gemma["license"], gemma["license_name"]) == ("other", "gemma")


def test_kept_figures_come_with_intervals_and_a_heatmap(base: Path, tmp_path: Path):
    toy(items=6, models=())
    name = f"{base}+center:.5@toy"
    ht.evaluate([name, str(base)], "toy")
    _, text = exported(name, tmp_path / "out")
    values = ht.evaluate(f"{base}+center:.5", "toy").summaries[0]
    shown = f"{values['monolingual']['mAP']:.3f}".removeprefix("0")
    assert f"| monolingual mAP | {shown} | " in text
    assert all(
        f"| {setting}" in text for setting in ("cross-lingual mAP", "multilingual mAP", "rank distance")
    )
    assert text.count("### ") == 1  # that of the model alone is not its own
    assert "fitted on these very texts" in text
    assert "![toy: rank gap](figures/rank-gap-toy.svg)" in text
    drawn = (tmp_path / "out" / "figures" / "rank-gap-toy.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "secret-place" not in drawn + text
    assert text.startswith("\n# base+center:.5@toy\n")


def test_text_of_a_manifest_is_no_markup(base: Path, tmp_path: Path):
    told = {"settings": {"other": HOSTILE}, "created": HOSTILE, "hardware": {"gpu": HOSTILE}}
    folder = trained_models.lora(tmp_path / "mine", str(base), TINY, languages=["de", HOSTILE], **told)
    head, text = exported(str(folder), tmp_path / "out")
    assert head["language"] == ["de"]
    assert "\n# no heading" not in text
    assert "[x](" not in text
    assert "<img" not in text
    rows = [line for line in text.splitlines() if line.startswith("| gpu")]
    assert len(rows) == 1
    assert "| loss | not recorded |" in text  # no temperature is
    assert rows[0].replace("\\|", "").count("|") == 3
