from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from hybrid_tui import settings
from hybrid_tui.encoders import export, model, registry, user_models
from hybrid_tui.errors import DataError, UsageError

from .. import trained_models
from ..checkpoints import checkpoint

pytestmark = pytest.mark.usefixtures("nothing_shipped")
TINY = {"encoder.layer.0.attention.self.query": (16, 16)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(checkpoint(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def folder(tiny: str, tmp_path: Path) -> Path:
    return trained_models.lora(tmp_path / "mine", tiny, TINY)


def test_an_added_model_is_found_by_name(folder: Path):
    spec, new = user_models.add(folder)
    assert new
    assert spec.name == "mine"
    again, new = user_models.add(folder)
    assert not new
    assert again.fingerprint == spec.fingerprint == model.resolve(str(folder)).fingerprint
    assert list(registry.folders()) == ["mine"]


def test_a_model_can_be_added_under_another_name(folder: Path):
    spec, _ = user_models.add(folder, "theirs")
    assert spec.manifest.name == "theirs"
    assert not user_models.add(folder, "theirs")[1]
    assert user_models.add(folder)[1]
    assert list(registry.folders()) == ["mine", "theirs"]


def test_an_exported_model_says_how_it_is_used(folder: Path, tmp_path: Path):
    exported = export.export(model.resolve(str(folder)), tmp_path / "out of here")
    with pytest.raises(DataError, match=r"it has no model\.toml") as caught:
        user_models.add(exported, "theirs")
    told, name = caught.value.hint.split(" -m ")
    assert "by its folder: hybrid-tui evaluate" in told
    assert shlex.split(name) == [str(exported)]
    assert model.resolve(str(exported)).available
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError) as caught:
        user_models.add(tmp_path / "empty")
    assert "-m" not in caught.value.hint


def test_only_what_a_model_consists_of_is_copied(folder: Path):
    (folder / "optimizer.pt").touch()
    (folder / "evil.py").touch()
    (folder / "checkpoint-1").mkdir()
    (folder / "README.md").write_text("me")
    user_models.add(folder)
    names = {path.name for path in (registry.user_models_dir() / "mine").iterdir()}
    assert names == {"model.toml", "README.md", "adapter_config.json", "adapter_model.safetensors"}


def test_a_name_that_is_taken_is_refused(folder: Path, tiny: str, tmp_path: Path, monkeypatch):
    user_models.add(folder)
    other = trained_models.lora(tmp_path / "other" / "mine", tiny, TINY, seed=8)
    with pytest.raises(UsageError, match="another model named mine"):
        user_models.add(other)
    monkeypatch.setattr(settings, "shipped_dir", lambda: tmp_path / "other")
    user_models.remove("mine")
    with pytest.raises(UsageError, match="another model named mine"):
        user_models.add(folder)


@pytest.mark.parametrize("name", ["me5-small", "a+b", "../up", ".x"])
def test_names_are_checked(folder: Path, name: str):
    with pytest.raises(UsageError):
        user_models.add(folder, name)
    assert not registry.folders()


@pytest.mark.parametrize("how", ["no manifest", "torn", "shape", "nan", "no weights", "pickle", "no folder"])
def test_what_is_no_sound_model_is_not_added(folder: Path, how: str):
    file = folder / "adapter_model.safetensors"
    tensors = load_file(file)
    first = next(iter(tensors))
    if how == "no manifest":
        (folder / "model.toml").unlink()
    elif how == "torn":
        file.write_bytes(file.read_bytes()[:-4])
    elif how == "shape":
        save_file({name: torch.randn(2, 2) for name in tensors}, file)
    elif how == "nan":
        save_file(tensors | {first: torch.full_like(tensors[first], torch.nan)}, file)
    elif how == "no folder":
        folder = folder / "x"
    else:
        file.unlink()
        if how == "pickle":
            torch.save(tensors, folder / "adapter_model.bin")
    with pytest.raises(DataError, match=str(folder) if how != "nan" else "not finite"):
        user_models.add(folder)
    assert not registry.folders()


def test_a_whole_encoder_is_copied_with_its_folders(tiny: str, tmp_path: Path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    from hybrid_tui.encoders import manifest as manifests

    layers = [modules.Transformer(tiny), modules.Pooling(16, "mean"), modules.Normalize()]
    SentenceTransformer(modules=layers, device="cpu").save(
        str(tmp_path / "full" / "encoder"), create_model_card=False
    )
    manifests.write(trained_models.manifest("full", tiny, "full"), tmp_path / "full")
    spec, _ = user_models.add(tmp_path / "full")
    assert model.load(spec, "cpu").dimension == 16
    assert not user_models.add(tmp_path / "full")[1]


def test_a_model_whose_backbone_is_not_here_is_added_unloaded(folder: Path, tiny: str):
    text = (folder / "model.toml").read_text()
    (folder / "model.toml").write_text(text.replace(tiny, "nobody/has-this"))
    spec, new = user_models.add(folder)
    assert new
    assert spec.note == "download"


def test_a_removed_model_is_gone(folder: Path):
    user_models.add(folder)
    user_models.remove("mine")
    assert not registry.folders()
    assert list(registry.user_models_dir().iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [("me5-small", "backbone"), ("theirs", "ships"), ("none", "no model of yours"), ("..", "no")],
)
def test_others_cannot_be_removed(folder: Path, tiny: str, tmp_path: Path, monkeypatch, name: str, told: str):
    user_models.add(folder)
    monkeypatch.setattr(settings, "shipped_dir", lambda: tmp_path / "shipped")
    trained_models.lora(tmp_path / "shipped" / "theirs", tiny, TINY)
    with pytest.raises(UsageError, match=told):
        user_models.remove(name)
    assert list(registry.folders()) == ["mine", "theirs"]


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path):
    (tmp_path / "secret.txt").write_text("not theirs")
    (folder / "README.md").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(DataError, match=r"README\.md is a link to .*secret\.txt"):
        user_models.add(folder)
    assert not registry.folders()


def test_a_link_inside_the_folder_is_followed(folder: Path):
    (folder / "notes.md").write_text("mine")
    (folder / "README.md").symlink_to(folder / "notes.md")
    user_models.add(folder)
    assert (registry.user_models_dir() / "mine" / "README.md").read_text() == "mine"
