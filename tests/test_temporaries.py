"""What killed processes leave is removed; what living ones write is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hybrid_tui import settings, temporaries

KILLED = """
import os, signal, sys
from pathlib import Path
from hybrid_tui import settings
folder = Path(sys.argv[1])
with settings.replacing(folder / "file") as file, settings.new_folder(folder / "folder") as new:
    file.write("half")
    (new / "part").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_left_is_swept() -> None:
    folder = settings.data_dir() / "collections"
    folder.mkdir(parents=True)
    (folder / ".hidden").touch()
    subprocess.run([sys.executable, "-c", KILLED, folder], check=False)
    assert len(names(folder)) == 3
    settings.sweep()
    assert names(folder) == [".hidden"]


def test_the_next_try_removes_what_was_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / ".file.abcd1234").touch()
    os.utime(tmp_path / ".file.abcd1234", (0, 0))
    subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert len(names(tmp_path)) == 3
    with settings.replacing(tmp_path / "file", shared=True) as file, settings.new_folder(tmp_path / "folder"):
        file.write("whole")
    assert names(tmp_path) == [".file.abcd1234", "file"]


def test_what_is_being_written_stays() -> None:
    folder = settings.cache_dir() / "embeddings" / "model" / "collection"
    with settings.replacing(folder / "part") as file, settings.new_folder(folder / "more"):
        file.write("x")
        settings.sweep()
    assert names(folder) == ["part"]


@pytest.mark.parametrize("name", [".mine.abcd1234", ".mine.0123abcd-1.abcd1234"])
def test_that_of_nobody_known_goes_after_a_day(name: str) -> None:
    path = settings.data_dir() / name
    path.mkdir(parents=True)
    settings.sweep()
    assert path.exists()
    long_ago = path.stat().st_mtime - 2 * temporaries.DAY_SECONDS
    os.utime(path, (long_ago, long_ago))
    settings.sweep()
    assert not path.exists()


def test_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    settings.data_dir().mkdir(parents=True)
    link = settings.data_dir() / ".link.abcd1234"
    link.symlink_to(tmp_path)
    long_ago = link.lstat().st_mtime - 2 * temporaries.DAY_SECONDS
    os.utime(link, (long_ago, long_ago), follow_symlinks=False)
    settings.sweep()
    assert not link.is_symlink()
    assert (tmp_path / "kept").exists()


def test_long_names_fit(tmp_path: Path) -> None:
    path = tmp_path / ("語" * 80)
    with settings.replacing(path) as file:
        file.write("x")
    assert path.read_text() == "x"
