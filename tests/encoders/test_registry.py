from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.encoders import model, registry
from hybrid_tui.errors import DataError, UsageError

from ..trained_models import head


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "shipped_dir", lambda: tmp_path / "shipped")
    return tmp_path / "shipped"


@pytest.mark.parametrize("name", ["hybrid", "me5-hybrid_2.1", "A", "9", "me5-small.hybrid"])
def test_names_of_letters_digits_and_few_signs_are_allowed(name: str):
    registry.check_name(name)


@pytest.mark.parametrize(
    "name", ["", ".hidden", "a+center", "a:b", "a b", "a/b", "..", "me5-small", "ü", "a@b", "x" * 101, "a\n"]
)
def test_other_names_are_refused(name: str):
    with pytest.raises(UsageError):
        registry.check_name(name)


def test_the_users_model_comes_before_the_shipped_one(shipped: Path):
    head(shipped / "mine", sampler="mono")
    head(shipped / "theirs", sampler="cross")
    (shipped / "embeddings").mkdir()
    assert model.resolve("mine").manifest.sampler == "mono"
    head(registry.user_models_dir() / "mine")
    assert model.resolve("mine").manifest.sampler == "hybrid"
    assert list(registry.folders()) == ["mine", "theirs"]
    assert registry.is_shipped(registry.folders()["theirs"])
    assert not registry.is_shipped(registry.folders()["mine"])


def test_trained_models_are_listed_by_backbone_after_those_offline(shipped: Path):
    for name, backbone in (("z", "me5-small"), ("a", "use-m3"), ("b", "me5-small")):
        head(shipped / name, backbone, 384 if backbone == "me5-small" else 512)
    names = [spec.name for spec in model.specs()]
    assert names[:6] == ["me5-small", "use-m3", "b", "z", "a", "xlm-r"]
    assert model.resolve("b").summary == "me5-small, head, hybrid"


def test_a_broken_model_is_listed_with_what_is_wrong(shipped: Path):
    folder = head(registry.user_models_dir() / "mine")
    (folder / "head.safetensors").unlink()
    (spec,) = [spec for spec in model.specs() if spec.name == "mine"]
    assert not spec.available
    assert "head.safetensors" in spec.note
    assert spec.describe()["fingerprint"] is None
    with pytest.raises(DataError, match=r"head\.safetensors"):
        model.load(spec)
    with pytest.raises(DataError, match=r"head\.safetensors"):
        model.resolve("mine")


def test_a_trained_models_folder_is_a_model_by_its_path(tmp_path: Path):
    spec = model.resolve(str(head(tmp_path / "a")))
    assert spec.manifest
    assert spec.describe()["backbone"] == "me5-small"


def test_near_misses_name_trained_models(shipped: Path):
    head(shipped / "me5-hybrid")
    with pytest.raises(UsageError) as caught:
        model.resolve("me5-hybri")
    assert "did you mean me5-hybrid" in caught.value.hint
