"""`hybrid-tui doctor`: is everything here that the tool needs?"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Json

PACKAGES = (
    "torch",
    "transformers",
    "faiss-cpu",
    "datasets",
    "polars",
    "textual",
    "rich",
)


@dataclass(frozen=True)
class Check:
    """One finding: is it well (None: good to know, no more), what was seen, and the command that mends it."""

    name: str
    ok: bool | None
    seen: str
    mend: str = ""


def doctor(json: Json = False) -> None:
    """Tell versions, devices, network and cache, and what is missing; exit code 1 when something is.

    Example: hybrid-tui doctor
    """
    checks = [*_python(), *_devices(), *_models(), _hub(), *_folders(), _terminal()]
    if json:
        output.as_json([asdict(check) for check in checks])
    else:
        table = output.table("", "check", "seen", "to mend")
        marks = {True: "ok", False: "missing", None: "note"}
        for check in checks:
            table.add_row(marks[check.ok], check.name, check.seen, check.mend)
        output.console().print(table)
    if any(check.ok is False for check in checks):
        raise typer.Exit(1)


def _python() -> Iterator[Check]:
    from importlib import metadata

    yield Check("python", True, f"{platform.python_version()} on {platform.platform()}")
    for package in PACKAGES:
        try:
            yield Check(package, True, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Check(package, False, "not installed", f"pip install {package}")


def _devices() -> Iterator[Check]:
    import torch

    yield Check("cpu", True, f"{os.cpu_count()} cores, torch uses {torch.get_num_threads()}")
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        yield Check("gpu", True, ", ".join(names))
    else:
        yield Check("gpu", None, "none: encoding runs on the CPU")


def _models() -> Iterator[Check]:
    from hybrid_tui.api.models import list_models

    for spec in list_models():
        yield Check(f"model {spec.name}", True if spec.available else None, spec.note or "ready")


def _hub() -> Check:
    import httpx2

    if os.environ.get("HF_HUB_OFFLINE", "") in {"1", "true", "ON", "YES"}:
        return Check("hub", None, "off: HF_HUB_OFFLINE is set", "unset HF_HUB_OFFLINE")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    try:
        httpx2.head(endpoint, timeout=3)
    except httpx2.HTTPError:
        return Check("hub", None, f"{endpoint} does not answer: only local and offline models work")
    return Check("hub", True, endpoint)


def _folders() -> Iterator[Check]:
    from rich.filesize import decimal

    from hybrid_tui import settings
    from hybrid_tui.api.embeddings import kept_embeddings
    from hybrid_tui.errors import HybridTuiError

    kept = kept_embeddings()
    yield Check("cache", True, f"{decimal(kept.size)} in {kept.folder}")
    yield Check("data", True, str(settings.data_dir()))
    file = settings.config_file()
    try:
        settings.load_config()
        yield Check("config", True, f"{file}{'' if file.exists() else ' (absent: defaults)'}")
    except HybridTuiError as error:
        yield Check("config", False, str(error), error.hint)


def _terminal() -> Check:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    seen = f"TERM={os.environ.get('TERM', '')}, {sys.stdout.encoding}"
    if encoding != "utf8":
        return Check("terminal", False, seen, "export LANG=C.UTF-8")
    return Check("terminal", True, seen)
