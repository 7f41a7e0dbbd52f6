import errno
import os
from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError, UsageError


def test_defaults_without_a_file():
    assert settings.load_config() == settings.Config()


def test_values_of_the_file_win():
    path = settings.config_file()
    path.parent.mkdir(parents=True)
    path.write_text('data = "xquad-r"\nmodels = ["labse"]\n')
    assert settings.load_config() == settings.Config(data="xquad-r", models=("labse",))


def test_keys_are_taken_by_id_dotted_or_not():
    path = settings.config_file()
    path.parent.mkdir(parents=True)
    path.write_text('[keys]\nsearch.pin = ["f10", "x"]\n"hits.up" = "up"\n')
    assert settings.load_config().keys == {"search.pin": "f10,x", "hits.up": "up"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("data = ", "Invalid value"),
        ("colour = 3", "unknown key 'colour'"),
        ("data = 3", "data must be a string"),
        ('models = "labse"', "models must be a list of strings"),
        ("models = [1]", "models must be a list of strings"),
        ('embeddings = "int8"', "embeddings must be float32 or float16"),
        ("embeddings = 16", "embeddings must be a string"),
        ('glyphs = "emoji"', "glyphs must be unicode or ascii, not 'emoji'"),
        ('bidi = "yes"', "bidi must be auto or app or terminal or off"),
        ('keys = "f10"', "keys must be a table"),
        ("[keys]\nsearch.pin = 3", "keys: search.pin must be a key, or a list of keys"),
        ("[keys]\nsearch.pin = []", "keys: search.pin must be a key, or a list of keys"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, said: str):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said) as caught:
        settings.load_config(path)
    assert str(path) in str(caught.value)


def test_folders_follow_xdg(own_folders: Path):
    assert settings.data_dir() == own_folders / "data" / "hybrid-tui"
    assert settings.cache_dir() == own_folders / "cache" / "hybrid-tui"


def test_replacing_keeps_the_old_file_on_failure(tmp_path: Path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), settings.replacing(path) as file:
        file.write("new")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "file.txt"
    with (
        pytest.raises(HybridTuiError, match="No space left on device") as caught,
        settings.replacing(path) as file,
    ):
        file.write("new")
    assert str(path) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HybridTuiError, match="cannot write"), settings.replacing(tmp_path / "file" / "x"):
        pass


@pytest.mark.parametrize(("shared", "mode"), [(False, 0o600), (True, 0o640)])
def test_what_is_shared_has_the_mode_of_the_umask(tmp_path: Path, shared: bool, mode: int):
    before = os.umask(0o027)
    try:
        with settings.replacing(tmp_path / "file", shared=shared) as file:
            file.write("x")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


def test_a_shared_file_that_is_there_keeps_its_mode(tmp_path: Path):
    (tmp_path / "file").touch(mode=0o600)
    with settings.replacing(tmp_path / "file", shared=True) as file:
        file.write("x")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_link_stays_one_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    target, link, pipe = (tmp_path / name for name in ("target", "link", "pipe"))
    target.write_text("old")
    link.symlink_to(target)
    with settings.replacing(link) as file:
        file.write("new")
    assert (link.is_symlink(), target.read_text()) == (True, "new")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with settings.replacing(pipe) as file:
        file.write("through")
    assert (os.read(reader, 99), pipe.is_fifo()) == (b"through", True)
    os.close(reader)
