"""Where things are kept, and the user's configuration (TOML): loads in an instant."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Literal, NamedTuple, get_args

import platformdirs

from hybrid_tui import temporaries
from hybrid_tui.errors import HybridTuiError, UsageError, cannot

APP = "hybrid-tui"
Precision = Literal["float32", "float16"]
PRECISIONS = get_args(Precision)
Glyphs = Literal["unicode", "ascii"]
Bidi = Literal["auto", "app", "terminal", "off"]
CHOICES = {"embeddings": PRECISIONS, "glyphs": get_args(Glyphs), "bidi": get_args(Bidi)}
"""Keys that have a few values only."""


def data_dir() -> Path:
    """Folder of what the user added: collections and models."""
    return platformdirs.user_data_path(APP)


def cache_dir() -> Path:
    """Folder of what can be made again: embeddings, downloads."""
    return platformdirs.user_cache_path(APP)


def config_file() -> Path:
    """The user's configuration file; it need not exist."""
    return platformdirs.user_config_path(APP) / "config.toml"


def state_dir() -> Path:
    """Folder of where one left off."""
    return platformdirs.user_state_path(APP)


def log_dir() -> Path:
    """Folder of the engine's log."""
    return platformdirs.user_log_path(APP)


def sweep() -> None:
    """Remove temporary files that killed processes left in these folders."""
    temporaries.sweep({data_dir(), cache_dir(), config_file().parent, state_dir()})


def shipped_dir() -> Path:
    """Folder of what ships with the package: `models/` of the wheel, or of the source tree."""
    package = Path(__file__).parent
    inside = package / "models"
    return inside if inside.is_dir() else package.parent / "models"


class Config(NamedTuple):
    """What a user may set in `config.toml`; every field has a default.

    data: the collection that commands and the app start with.
    models: the models that `evaluate`, `bias` and `mteb` start with.
    panes: the models that `search` and the app start with, one a pane.
    theme: a Textual theme.
    keys: the app's keys by the ids of actions, with commas between.
    glyphs: `unicode`, or `ascii` for terminals that lack marks, arrows and borders.
    bidi: who puts right-to-left text in its order: `app`, `terminal`, `off` for nobody, or `auto`.
    embeddings: how new ones are kept, `float32` or `float16` (half the space; scores change by 2e-4 at most).
    api: the tables `[api.NAME]` as they are written; `endpoints.endpoint` reads one.
    """

    data: str = "starter"
    models: tuple[str, ...] = ("me5-small", "use-m3")
    panes: tuple[str, ...] = ("me5-small-lora-mono", "me5-small-lora-cross", "me5-small-lora-hybrid")
    theme: str = "textual-dark"
    keys: Mapping[str, str] = MappingProxyType({})
    glyphs: Glyphs = "unicode"
    bidi: Bidi = "auto"
    embeddings: Precision = "float32"
    api: Mapping[str, Mapping[str, object]] = MappingProxyType({})


def load_config(path: Path | None = None) -> Config:
    """Read the configuration; an absent file means the defaults.

    Raises UsageError for broken TOML, an unknown key or a value of the wrong type, naming the file.
    """
    import tomllib

    path = path or config_file()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise UsageError(f"{path}: {error}", "mend the file, or move it away to get the defaults") from error
    for key, value in values.items():
        if key not in Config._fields:
            raise UsageError(f"{path}: unknown key {key!r}", f"known keys: {', '.join(Config._fields)}")
        if key == "keys":
            values[key] = dict(_keys(value, path))
            continue
        if key == "api":
            if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
                raise UsageError(f"{path}: api must hold tables", "write them as [api.NAME]")
            continue
        several = isinstance(Config._field_defaults[key], tuple)
        items = value if several and isinstance(value, list) else [value]
        if several != isinstance(value, list) or not all(isinstance(item, str) for item in items):
            wanted = "a list of strings" if several else "a string"
            raise UsageError(f"{path}: {key} must be {wanted}, not {value!r}")
        if several:
            values[key] = tuple(value)
        if key in CHOICES and value not in CHOICES[key]:
            raise UsageError(f"{path}: {key} must be {' or '.join(CHOICES[key])}, not {value!r}")
    return Config(**values)


def _keys(table: object, path: Path, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the ids and the keys of a table, and of the tables in it: `search.pin` is `pin` in `search`."""
    if not isinstance(table, dict):
        raise UsageError(f"{path}: keys must be a table, not {table!r}", 'write it like search.pin = "alt+p"')
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, path, f"{before}{name}.")
            continue
        several = value if isinstance(value, list) else [value]
        if not several or not all(isinstance(key, str) and key.strip() for key in several):
            raise UsageError(f"{path}: keys: {before}{name} must be a key, or a list of keys, not {value!r}")
        yield before + name, ",".join(several)


@contextmanager
def replacing(path: Path, mode: str = "w", *, shared: bool = False) -> Iterator[IO[Any]]:
    """Write a file under a temporary name beside `path`, and rename it when the block ends well.

    shared: with the mode of the file that is there, else that of the umask; by default 0600.
    A failure (disk full, Ctrl-C) leaves the old file as it was and no temporary file behind. A link stays
    one: the file that it leads to is written; a device or a pipe is written to as it is.
    Raises HybridTuiError when the system refuses to write, naming the path.
    """
    import tempfile

    try:
        path = path.resolve()
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open(mode, encoding=None if "b" in mode else "utf-8") as special:
                yield special
            return
    except OSError as error:
        raise cannot("write", path, error) from error
    except RuntimeError as error:  # links that lead to each other
        raise HybridTuiError(f"cannot write {path}: {error}") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shared:
            temporaries.sweep_beside(path)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=temporaries.prefix(path.name))
    except OSError as error:
        raise cannot("write", path, error) from error
    temporary = Path(name)
    try:
        if shared:
            os.fchmod(handle, _mode_of(path))
        with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise cannot("write", path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    """Return the mode of a file that is there, else that of a new one under the umask."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        pass
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty hidden folder beside `folder`; the block fills it and renames it to `folder`.

    What was not renamed at the end (a failure, Ctrl-C, somebody else was first) is removed.
    Raises HybridTuiError when the system refuses to write.
    """
    import shutil
    import tempfile

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporaries.sweep_beside(folder)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=temporaries.prefix(folder.name)))
    except OSError as error:
        raise cannot("write", folder, error) from error
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
