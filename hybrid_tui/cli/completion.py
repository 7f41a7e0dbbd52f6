"""Completion of names, as typer's `autocompletion` takes it: nothing heavy is loaded, typer neither."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from hybrid_tui.api import names

ASK = "?kind:"
"""What is completed to a callback's own name, by which `command_tree` knows it."""
Complete = Callable[[Any, str], list[str]]


def _named(complete: Complete) -> Complete:
    @wraps(complete)
    def completed(ctx: Any, incomplete: str) -> list[str]:
        return [ASK + complete.__name__] if incomplete == ASK else complete(ctx, incomplete)

    return completed


@_named
def model(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001  (all have one signature)
    """Complete a model."""
    return names.models()


@_named
def own_model(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a model of the user's."""
    return names.own_models()


@_named
def collection(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a collection, or one of its splits."""
    return names.collections_and_splits()


@_named
def own_collection(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a collection of the user's."""
    return names.own_collections()


@_named
def correction(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a correction."""
    return names.corrections()


@_named
def endpoint(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete an endpoint."""
    return names.endpoints()


@_named
def running_job(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a job that can be stopped."""
    return names.jobs("runs")


@_named
def resumable_job(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a job that can be gone on with."""
    return names.jobs("stopped", "failed")


@_named
def evaluated(ctx: Any, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a system that was evaluated on the collection of the command line."""
    data = ctx.params.get("data")
    return names.evaluated(data if isinstance(data, str) else "")


@_named
def system(ctx: Any, incomplete: str) -> list[str]:
    """Complete MODEL, MODEL+CORRECTION or what was evaluated on the collection of the command line."""
    before, plus, _ = incomplete.rpartition("+")
    made = [f"{before}+{each}" for each in names.corrections() if each != "none"] if plus else names.models()
    return list(dict.fromkeys([*made, *evaluated(ctx, incomplete)]))
