"""Models of sentence-transformers' other kinds, by hub id or folder, loaded when needed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hybrid_tui.encoders import fingerprints, folder_files, hub, json_files, sources
from hybrid_tui.encoders.model import Provenance
from hybrid_tui.errors import DataError, UsageError

_ALSO = {"MultiVectorEncoder": {"MultiVectorEncoder", "ColBERT"}}
"""What else a kind is called in the settings that sentence-transformers writes."""


@dataclass(frozen=True)
class ModelFolder:
    """A model of the hub, or a folder of this machine.

    kind: what a system's name has before it, such as `sparse`. name: as typed.
    """

    kind: str
    name: str

    @cached_property
    def fingerprint(self) -> str:
        """32 hex digits; equal ones give equal scores. DataError when it cannot be told."""
        if isinstance(self._place, hub.HubId):
            return fingerprints.fingerprint(hub=self._place.repo, commit=hub.commit(self._place))
        folders = tuple(path for path in (self._place, *sorted(self._place.rglob("*"))) if path.is_dir())
        files = folder_files.loaded(folders)
        return fingerprints.fingerprint(
            files={str(file.relative_to(self._place)): fingerprints.content_hash(file) for file in files}
        )

    @property
    def provenance(self) -> Provenance:
        """Its name alone."""
        return Provenance(f"{self.kind}:{self.name}", "untrained")

    def check(self) -> None:
        """Raise UsageError where the name is neither a folder nor a hub id."""
        self._place  # noqa: B018  (raises)

    def load(self, make: Callable[..., Any], architectures: tuple[str, ...]) -> Any:
        """Return what a class of sentence-transformers makes of the folder, after a download where needed.

        architectures: endings of those that a folder without sentence-transformers' own settings may have;
        of others it would make a model with parts drawn at random. Weights are read from safetensors alone,
        and no code of the folder is run. Raises DataError for a folder that it cannot be made of, and what
        fetching a model of the hub raises.
        """
        from hybrid_tui.encoders.transformer import quieten

        folder = hub.fetch(self._place) if isinstance(self._place, hub.HubId) else self._place
        self._check_kind(folder, make.__name__, architectures)
        for file in sorted(folder.rglob("pytorch_model*.bin")):
            folder_files.weights(file.parent, "model")
        quieten()
        kwargs = {"trust_remote_code": False, "local_files_only": True}
        try:
            with warnings.catch_warnings(action="ignore"):
                return make(str(folder), model_kwargs={"use_safetensors": True}, **kwargs)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, AttributeError) as error:
            words = " ".join(str(error).split())[:200]
            raise DataError(
                f"{self.kind}:{self.name} cannot be loaded: {words or type(error).__name__}",
                f"name a model that sentence-transformers' {make.__name__} loads",
            ) from error

    def _check_kind(self, folder: Path, wanted: str, architectures: tuple[str, ...]) -> None:
        own, plain = folder / "config_sentence_transformers.json", folder / "config.json"
        told = json_files.table(own).get("model_type") if own.is_file() else None
        if told in _ALSO.get(wanted, {wanted}):
            return
        named = json_files.table(plain).get("architectures") if plain.is_file() and not told else None
        if not any(str(each).endswith(architectures) for each in (named if isinstance(named, list) else [])):
            raise DataError(
                f"{self.kind}:{self.name} is no {wanted}"
                + (f" but a {told}" if told else f": its config.json names {named}" if named else ""),
                f"name a model that was trained as sentence-transformers' {wanted}",
            )

    @cached_property
    def _place(self) -> Path | hub.HubId:
        path = sources.path_of(self.name)
        if path and path.is_dir():
            return path
        hub_id = hub.parse(self.name)
        if not hub_id:
            raise UsageError(
                f"{self.kind}: {self.name!r} is neither a folder nor a hub id"
                if self.name
                else f"{self.kind} names no model",
                f"write {self.kind}:owner/name, or {self.kind}: and a folder",
            )
        return hub_id
