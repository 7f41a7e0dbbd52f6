"""`hybrid-tui trainings`: what runs, was stopped or has ended, and ending or resuming it from elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.cli import escaping, output
from hybrid_tui.cli.options import Json

app = typer.Typer(help="Trainings that run or were stopped.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="As listed: the training's first model.")]


@app.command("list")
def list_trainings(json: Json = False) -> None:
    """List trainings, the latest first, and how far each model is.

    Example: hybrid-tui trainings list
    """
    from msgspec import to_builtins

    from hybrid_tui.api.trainings import TrainingRunner

    found = TrainingRunner().every()
    if json:
        output.as_json(to_builtins(found))
        return
    rows = [
        (each.name, each.state, model.name, model.state, f"{model.step:,} of {model.steps:,}")
        for each in found
        for model in each.models
    ]
    escaping.table(("training", "state", "model", "", "steps"), rows, numeric=("steps",))


@app.command()
def stop(name: Name) -> None:
    """Let a training keep a checkpoint and end.

    Example: hybrid-tui trainings stop my-me5-small-head-mono
    """
    from hybrid_tui.api.trainings import TrainingRunner

    TrainingRunner().stop(name)
    escaping.say(f"{name} keeps a checkpoint and ends")


@app.command()
def resume(name: Name) -> None:
    """Go on with a training in the background, as the app does.

    Example: hybrid-tui trainings resume my-me5-small-head-mono
    """
    from hybrid_tui.api.trainings import TrainingRunner

    TrainingRunner().resume(name)
    escaping.say(f"{name} goes on: hybrid-tui trainings list, or F10 in the app, shows how far it is")
