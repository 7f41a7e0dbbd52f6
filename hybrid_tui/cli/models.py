"""`hybrid-tui models`: what can encode."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.cli import output

app = typer.Typer(help="Backbones and models.", no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the models that can be named.

    Example: hybrid-tui models list
    """
    from hybrid_tui.encoders import model

    specs = model.specs()
    if json:
        output.as_json([spec.describe() for spec in specs])
        return
    table = output.table("model", "summary", "ready", "note")
    for spec in specs:
        table.add_row(spec.name, spec.summary, "yes" if spec.available else "no", spec.note)
    output.console().print(table)
    output.console().print("Any Hugging Face id (owner/name) or local model folder works as well.")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A listed model, a Hugging Face id or a folder.")],
    json: Json = False,
) -> None:
    """Show how a model is loaded: pooling, prompts, limits, languages, licence.

    Example: hybrid-tui models show me5-small
    """
    from hybrid_tui.encoders import model

    facts = model.resolve(name).describe()
    if json:
        output.as_json(facts)
        return
    table = output.table("", "")
    table.show_header = False
    for key, value in facts.items():
        table.add_row(key.replace("_", " "), str(value))
    output.console().print(table)
