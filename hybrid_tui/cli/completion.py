"""Completion of names in a shell, as typer's `autocompletion` takes it; loads nothing heavy."""

from __future__ import annotations

import typer

from hybrid_tui.api import names


def model(incomplete: str) -> list[str]:  # noqa: ARG001  (typer asks for it, and picks what fits)
    """Complete a model."""
    return names.models()


def own_model(incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a model of the user's."""
    return names.own_models()


def collection(incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a collection."""
    return names.collections()


def own_collection(incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a collection of the user's."""
    return names.own_collections()


def correction(incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a correction."""
    return names.corrections()


def system(context: typer.Context, incomplete: str) -> list[str]:
    """Complete MODEL, MODEL+CORRECTION or what was evaluated on the collection of the command line."""
    before, plus, _ = incomplete.rpartition("+")
    made = [f"{before}+{each}" for each in names.corrections() if each != "none"] if plus else names.models()
    return list(dict.fromkeys([*made, *evaluated(context, incomplete)]))


def evaluated(context: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """Complete a system that was evaluated on the collection of the command line."""
    data = context.params.get("data")
    return names.evaluated(data if isinstance(data, str) else "")
