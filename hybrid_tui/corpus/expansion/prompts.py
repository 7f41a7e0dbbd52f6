"""Prompts by name: those of the package, and in their place those of the user's configuration folder."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from hybrid_tui import languages, settings
from hybrid_tui.errors import UsageError, unknown

TRANSLATE = "translate"
"""The prompt of translations, which is no expansion."""
FILE = Path("prompts") / "expand.toml"
"""Below the package, and below the configuration folder."""
_PLACE = re.compile(r"\{(query|language|to)\}")
_LIMITS = ("max_tokens", "max_completion_tokens")


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """What a language model is asked, as the packaged file explains."""

    name: str
    user: str
    system: str = ""
    after: str = ""
    parameters: dict[str, Any] = {}

    @cached_property
    def hash(self) -> str:
        """12 hex digits that change with all but the name."""
        parts = [self.user, self.system, self.after, self.parameters]
        return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:12]

    @property
    def most_tokens(self) -> int:
        """The tokens of an answer at most; 0 where the parameters set no limit."""
        limits = [self.parameters[name] for name in _LIMITS if name in self.parameters]
        return max((each for each in limits if isinstance(each, int)), default=0)

    def messages(self, text: str, lang: str, to: str = "") -> list[dict[str, str]]:
        """Return what is sent for a text; lang, to: codes of its language, and of that wanted."""
        named = {"query": text, "language": _english(lang), "to": _english(to) if to else ""}
        sides = {"system": self.system, "user": self.user}
        return [
            {"role": role, "content": _PLACE.sub(lambda found: named[found[1]], words.strip())}
            for role, words in sides.items()
            if words.strip()
        ]


def names() -> list[str]:
    """Return the names of the prompts of expansions; UsageError for a file that cannot be used."""
    return [name for name in _load() if name != TRANSLATE]


def prompt(name: str) -> Prompt:
    """Return the prompt of an expansion; UsageError for an unknown one or a file that cannot be used."""
    if name not in names():
        raise unknown("prompt", name, names())
    return _load()[name]


def translation() -> Prompt:
    """Return the prompt of translations; UsageError for a file that cannot be used."""
    found = _load()[TRANSLATE]
    if "{to}" not in found.user:
        raise UsageError(f"{_own()}: {TRANSLATE}: user has no {{to}}", "write it where the language is named")
    return found


def _load() -> dict[str, Prompt]:
    packaged = Path(settings.__file__).parent / FILE
    own = _own()
    return _read(packaged) | (_read(own) if own.exists() else {})


def _own() -> Path:
    return settings.config_file().parent / FILE


def _read(file: Path) -> dict[str, Prompt]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise UsageError(f"{file}: {error}", "mend the file, or move it away") from error
    found = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise UsageError(f"{file}: {name} is no table", f"write it as [{name}] with user = …")
        try:
            found[name] = msgspec.convert(table | {"name": name}, Prompt)
        except msgspec.ValidationError as error:
            told = str(error).replace("Object", "the table").replace("`$.", "`")
            raise UsageError(
                f"{file}: {name}: {told}", "it may have user, system, after, parameters"
            ) from error
        if "{query}" not in found[name].user:
            raise UsageError(f"{file}: {name}: user has no {{query}}", "write it where the text belongs")
    return found


def _english(code: str) -> str:
    return languages.language(code).english
