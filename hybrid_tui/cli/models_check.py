"""`hybrid-tui models check`: what of a model is not used, and which way round its prompts belong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from hybrid_tui.cli import completion, escaping, output
from hybrid_tui.cli.options import Json


def check(
    name: Annotated[
        str,
        typer.Argument(
            help="A listed model, a Hugging Face id or a folder.", autocompletion=completion.model
        ),
    ],
    json: Json = False,
) -> None:
    """Load a model, and measure it with, without and with exchanged prompts on the starter collection.

    Example: hybrid-tui models check me5-small
    """
    from hybrid_tui.api.models import check_model

    with output.progress() as report:
        found = check_model(name, progress=report)
    if json:
        ways = [asdict(way) | {"prompts": way.prompts._asdict()} for way in found.ways]
        output.as_json({"name": found.name, "notes": found.notes, "ways": ways, "verdict": found.verdict})
        return
    escaping.say(f"{found.name}: {found.verdict}")
    for note in found.notes:
        escaping.say(f"note: {note}")
    settings = list(found.ways[0].figures)
    rows = [
        (way.way, *map(repr, way.prompts), *(f"{way.figures[setting]:.3f}" for setting in settings))
        for way in found.ways
    ]
    escaping.table(("prompts", "query", "passage", *settings), rows, numeric=tuple(settings))
