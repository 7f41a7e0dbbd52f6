"""Endpoints by name: the tables `[api.NAME]` of `config.toml`. Keys are in the environment alone."""

from __future__ import annotations

import os
import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import msgspec

from hybrid_tui import settings
from hybrid_tui.errors import UsageError, unknown

PREFIX = "api:"
"""What an endpoint's name has before it where a model could stand, too."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_KEY_HINT = 'put the key into the environment and its name here: key_env = "MY_API_KEY"'
_Count = Annotated[int, msgspec.Meta(ge=1)]
_Fields = dict[str, str | bool | int | float]
_OWN_FIELDS = {"model", "input", "encoding_format", "dimensions"}
_SECRET = re.compile(r"(?i)(.*[_-])?(key|secret|password|authorization)")


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An OpenAI-compatible server and one of its models.

    url: what its paths stand below, such as https://api.openai.com/v1. key_env: the environment variable
    that holds the key; empty where it wants none. batch: texts a request, where it takes several.
    concurrency: requests at a time. price_per_million_tokens: in whatever currency; None where not told.
    timeout: seconds to wait for an answer.
    Of embeddings alone: query_prompt, passage_prompt: put before each text. query_fields, passage_fields:
    sent along with requests, such as input_type. dimensions: to ask for; None for the model's own. revision:
    any text; another one means another model behind the same name.
    """

    name: str
    url: str
    model: str
    key_env: str = ""
    batch: _Count = 64
    concurrency: _Count = 4
    price_per_million_tokens: Annotated[float, msgspec.Meta(ge=0)] | None = None
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 120.0
    query_prompt: str = ""
    passage_prompt: str = ""
    query_fields: _Fields = {}
    passage_fields: _Fields = {}
    dimensions: _Count | None = None
    revision: str = ""

    def key(self) -> str:
        """Return the key from the environment, empty where none is wanted; UsageError where it is not set."""
        if self.key_lacks:
            raise UsageError(f"{PREFIX}{self.name}: {self.key_lacks}", f"export {self.key_env}=…")
        return self._key

    @property
    def key_lacks(self) -> str:
        """That the key's variable is not set, in words; empty where it is, or none is wanted."""
        return f"{self.key_env} is not set" if self.key_env and not self._key else ""

    @property
    def _key(self) -> str:
        return os.environ.get(self.key_env, "").strip() if self.key_env else ""


def names() -> list[str]:
    """Return the names of the endpoints, sorted."""
    return sorted(settings.load_config().api)


def endpoint(name: str) -> Endpoint:
    """Return the endpoint of a name; `api:NAME` is taken, too.

    Raises UsageError for a name that is not there, and for a table that cannot be used, telling the field
    and never its value: it may be a key.
    """
    name = name.removeprefix(PREFIX)
    tables, file = settings.load_config().api, settings.config_file()
    if name not in tables:
        hint = "" if tables else f"write [api.NAME], url and model into {file}"
        raise unknown("endpoint", name, sorted(tables), hint)
    where = f"{file}: [api.{name}]"
    if not _NAME.fullmatch(name):
        raise UsageError(f"{where}: use letters, digits, dots, dashes and underscores for its name")
    try:
        found = msgspec.convert({**tables[name], "name": name}, Endpoint)
    except msgspec.ValidationError as error:
        told = str(error).replace("Object", "the table").replace("`$.", "`")
        hint = _KEY_HINT if "key" in told else f"it may have {', '.join(Endpoint.__struct_fields__[1:])}"
        raise UsageError(f"{where}: {told}", hint) from error
    _check(found, where)
    return msgspec.structs.replace(found, url=found.url.rstrip("/"))


def _check(found: Endpoint, where: str) -> None:
    url = _parts(found.url)
    if not url or url.scheme not in {"http", "https"} or not url.hostname:
        raise UsageError(f"{where}: url is no http address", 'such as url = "http://localhost:8000/v1"')
    if "@" in url.netloc or url.query or url.fragment:
        raise UsageError(f"{where}: url holds more than an address, such as a key", _KEY_HINT)
    if url.path.rstrip("/").endswith(("/completions", "/embeddings")):
        raise UsageError(f"{where}: url names one path", 'leave that out: url = "http://localhost:8000/v1"')
    if found.key_env and not _VARIABLE.fullmatch(found.key_env):
        raise UsageError(f"{where}: key_env is no name of an environment variable in capitals", _KEY_HINT)
    if not found.model.strip():
        raise UsageError(f"{where}: model is empty")
    for field in ("query_fields", "passage_fields"):
        for name in getattr(found, field):
            if _SECRET.fullmatch(name):
                raise UsageError(f"{where}: {field} holds {name!r}, a key by its name", _KEY_HINT)
            if name in _OWN_FIELDS:
                raise UsageError(f"{where}: {field} cannot hold {name!r}", "every request has its own")


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises for a port that is no number)
    except ValueError:
        return None
    return parts
