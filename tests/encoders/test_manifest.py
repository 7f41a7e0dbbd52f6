from pathlib import Path

import pytest

from hybrid_tui.encoders import manifest as manifests
from hybrid_tui.errors import DataError

from ..trained_models import manifest


def test_what_is_written_is_read_again(tmp_path: Path):
    for made in (manifest(), manifest(query_tokens=48, figures={"mAP": 0.5}), manifest(losses={}, data=[])):
        manifests.write(made, tmp_path / "new")
        assert manifests.read(tmp_path / "new") == made


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seed = 7", 'seed = "7"', "`seed`"),
        ("seed = 7", "", "`seed`"),
        ("seed = 7", "seed = 7\nmood = 1", "`mood`"),
        ('"hybrid"', '"[b]both"', "`sampler`"),
        ("rows = 9", "rows = 9.5", "rows"),
        ("seed = 7", "seed = ", "line 6"),
    ],
)
def test_a_broken_manifest_is_told_with_file_and_field(tmp_path: Path, old: str, new: str, told: str):
    manifests.write(manifest(), tmp_path)
    file = tmp_path / "model.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(DataError) as caught:
        manifests.read(tmp_path)
    assert str(file) in str(caught.value)
    assert told in str(caught.value)


def test_bytes_that_are_no_text_and_a_missing_file_are_told(tmp_path: Path):
    with pytest.raises(DataError, match=r"model\.toml"):
        manifests.read(tmp_path)
    (tmp_path / "model.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"model\.toml"):
        manifests.read(tmp_path)
