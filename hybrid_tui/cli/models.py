"""`hybrid-tui models`: what can encode."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hybrid_tui.choices import MergeMethod
from hybrid_tui.cli import completion, escaping, models_check, output
from hybrid_tui.cli.options import Json, Yes, name_first
from hybrid_tui.errors import UsageError

app = typer.Typer(help="Backbones and models.", no_args_is_help=True, rich_markup_mode=None)
Model = Annotated[
    str,
    typer.Argument(help="A listed model, a Hugging Face id or a folder.", autocompletion=completion.model),
]
System = Annotated[
    str,
    typer.Argument(
        help="A model, or MODEL+dim:SIZE+CORRECTION@COLLECTION, each where wanted.",
        autocompletion=completion.system,
    ),
]
app.command()(models_check.check)


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the models that can be named.

    Example: hybrid-tui models list
    """
    from hybrid_tui.api.models import list_models as listed

    specs = listed()
    if json:
        output.as_json([spec.describe() for spec in specs])
        return
    rows = [(spec.name, spec.summary, "yes" if spec.available else "no", spec.note) for spec in specs]
    escaping.table(("model", "summary", "ready", "note"), rows, numeric=(), name="model")
    output.say("Any Hugging Face id (owner/name) or local model folder works as well.")


@app.command()
def show(name: Model, json: Json = False) -> None:
    """Show how a model was trained and is loaded: pooling, prompts, limits, languages, licence.

    Example: hybrid-tui models show me5-small
    """
    from hybrid_tui.api.library import model_facts

    facts = model_facts(name)
    if json:
        output.as_json(facts)
        return
    table = output.table("", "")
    table.show_header = False
    for key, value in facts.items():
        table.add_row(key.replace("_", " "), _in_words(value))
    output.console().print(table)


@app.command()
def export(
    name: System,
    folder: Annotated[Path, typer.Argument(help="Where to write it: a folder that is not there yet.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export.")] = False,
    json: Json = False,
) -> None:
    """Write a model as a folder that sentence-transformers loads; adapters are merged into the weights.

    A correction, fitted on the collection behind its @, lies beside it: the folder's README.md has ten lines
    that apply it to vectors, and hybrid_tui.integrations.load(FOLDER) is the model with it.

    Example: hybrid-tui models export my-model+center:.75@starter exported/my-model
    """
    from rich.filesize import decimal

    from hybrid_tui.api.models import export_model

    with output.progress() as progress:
        made = export_model(name, folder, overwrite=overwrite, progress=progress)
    if json:
        output.as_json({"name": name, "folder": str(made.folder), "bytes": made.size})
    else:
        _say(f"exported {name} to {made.folder} ({decimal(made.size)})")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    path: Annotated[Path, typer.Argument(help="A trained model's folder: one with a model.toml.")],
    json: Json = False,
) -> None:
    """Copy a trained model's folder to your models, once it has been checked.

    Example: hybrid-tui models add theirs downloads/my-model
    """
    from hybrid_tui.api.models import add_model

    name_first(name, path, "models add")
    spec, new = add_model(path, name)
    if json:
        output.as_json(spec.describe() | {"new": new})
    else:
        _say(f"{'added' if new else 'already there:'} {spec.name}: {spec.summary}")


@app.command()
def merge(
    models: Annotated[
        list[str], typer.Argument(help="Trained models of one backbone.", autocompletion=completion.model)
    ],
    name: Annotated[str, typer.Option("--name", "-n", help="What to call the model that is made.")],
    weights: Annotated[
        str, typer.Option("--weights", help="Of each model, as .5,.5.", show_default="equal")
    ] = "",
    method: Annotated[
        MergeMethod, typer.Option("--method", help="The weighted sum of changes, or TIES.")
    ] = "linear",
    json: Json = False,
) -> None:
    """Make one model of several, LoRA or heads, by their weights alone: nothing is trained.

    Example: hybrid-tui models merge me5-small-lora-mono me5-small-lora-cross --name soup
    """
    from hybrid_tui.api.models import merge_models

    spec = merge_models(name, models, _numbers(weights), method)
    if json:
        output.as_json(spec.describe())
    else:
        _say(f"made {spec.name}: {spec.summary}")


def _numbers(text: str) -> list[float]:
    try:
        return [float(each) for each in text.split(",")] if text else []
    except ValueError as error:
        raise UsageError(
            f"--weights: {text!r} are no numbers", "write one for each model, as .5,.5"
        ) from error


@app.command()
def remove(
    name: Annotated[
        str, typer.Argument(help="A model that you trained or added.", autocompletion=completion.own_model)
    ],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove a model that you trained or added; its evaluations stay.

    Example: hybrid-tui models remove my-model --yes
    """
    from hybrid_tui.api import models

    folder = models.removable_model(name)
    output.agreed(f"Remove the model {name} ({folder})?", f"removing {name}", yes=yes)
    models.remove_model(name)
    if json:
        output.as_json({"name": name, "removed": True})
    else:
        _say(f"removed {name}")


def _in_words(value: Any) -> str:
    """Return a value as text: entries on lines of their own, lists with commas."""
    if isinstance(value, dict):
        return "\n".join(f"{key} = {_in_words(each)}" for key, each in value.items())
    if isinstance(value, list):
        apart = "\n" if value and isinstance(value[0], dict) else ", "
        return apart.join(map(_in_words, value))
    return str(value)


def _say(line: str) -> None:
    output.console().print(line, soft_wrap=True)
