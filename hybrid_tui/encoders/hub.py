"""Models of the Hugging Face hub: what the local cache holds, and fetching the rest."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from hybrid_tui.encoders import layout
from hybrid_tui.encoders.folder_files import FILES, MissingFileError
from hybrid_tui.errors import DataError

_ID = re.compile(r"(?P<repo>\w[\w.-]*/\w[\w.-]*)(?:@(?P<revision>[\w./-]+))?")


class HubId(NamedTuple):
    """A repository "owner/name" and a branch, tag or commit of it."""

    repo: str
    revision: str = "main"

    def __str__(self) -> str:
        return self.repo if self.revision == "main" else f"{self.repo}@{self.revision}"


def parse(text: str) -> HubId | None:
    """Return what `owner/name` or `owner/name@revision` names; None for any other text."""
    match = _ID.fullmatch(text)
    return HubId(match["repo"], match["revision"] or "main") if match else None


def cached(hub_id: HubId) -> Path | None:
    """Return the model's folder in the local cache, whose name is its commit; None unless it is whole."""
    if not _kept(hub_id).exists():
        return None
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = _snapshot(hub_id, local=True)
        layout.read(folder)
    except (LocalEntryNotFoundError, HFValidationError, MissingFileError):
        return None
    except DataError:
        return folder  # whole, but not to be run here: whoever opens it is told why
    return folder


def commit(hub_id: HubId) -> str:
    """Return the commit that the cache holds, else the one that the hub names; DataError without either."""
    folder = cached(hub_id)
    if folder:
        return folder.name
    from huggingface_hub import HfApi

    with _explained(hub_id):
        found = HfApi().model_info(hub_id.repo, revision=hub_id.revision, timeout=10).sha
    return found or hub_id.revision


def fetch(hub_id: HubId) -> Path:
    """Return the model's folder in the local cache, downloading what is missing; DataError if that fails."""
    folder = cached(hub_id)
    if folder:
        return folder
    with _explained(hub_id):
        return _snapshot(hub_id, local=False)


def _kept(hub_id: HubId) -> Path:
    """Return where the local cache keeps a repository; to look there takes no import of what downloads."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE) / f"models--{hub_id.repo.replace('/', '--')}"


def _snapshot(hub_id: HubId, *, local: bool) -> Path:
    from huggingface_hub import snapshot_download

    _quieten()
    return Path(
        snapshot_download(
            hub_id.repo,
            revision=hub_id.revision,
            local_files_only=local,
            allow_patterns=[pattern for name in FILES for pattern in (name, f"*/{name}")],
            ignore_patterns=["onnx/*", "openvino/*", "checkpoint-*/*"],
        )
    )


def _quieten() -> None:
    """The screen belongs to the app."""
    from huggingface_hub.utils.tqdm import disable_progress_bars

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    disable_progress_bars()


@contextmanager
def _explained(hub_id: HubId) -> Iterator[None]:
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        page = f"https://huggingface.co/{hub_id.repo}"
        hint = f"accept its terms at {page}, then: hf auth login"
        raise DataError(f"{hub_id} asks for a login", hint) from error
    except errors.RepositoryNotFoundError as error:
        hint = "check the spelling; for a private model: hf auth login"
        raise DataError(f"the hub has no model {hub_id}", hint) from error
    except errors.RevisionNotFoundError as error:
        raise DataError(f"{hub_id.repo} has no branch, tag or commit {hub_id.revision!r}") from error
    except errors.HFValidationError as error:
        raise DataError(f"{hub_id} cannot be a hub id: {error}") from error
    except (errors.LocalEntryNotFoundError, ConnectionError, httpx2.HTTPError) as error:
        raise _unreachable(hub_id, error) from error
    except OSError as error:
        raise DataError(
            f"cannot download {hub_id}: {error}", "try again: what is here already is kept"
        ) from error


def _unreachable(hub_id: HubId, error: Exception) -> DataError:
    get = f"hf download {hub_id.repo}"
    if hub_id.revision != "main":
        get += f" --revision {hub_id.revision}"
    kept = _kept(hub_id)
    return DataError(
        f"{hub_id} is not on this machine, and the hub cannot be reached ({type(error).__name__})",
        f"on a machine with network: {get}; then copy its cache folder {kept.name} into {kept.parent} here; "
        "me5-small and use-m3 need no network",
    )
