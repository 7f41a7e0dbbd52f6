"""`hybrid-tui cache`: what is kept that can be made again."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.cli import escaping, output
from hybrid_tui.cli.options import Json

app = typer.Typer(help="Embeddings kept on disk.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def show(json: Json = False) -> None:
    """Show what is kept, and where.

    Example: hybrid-tui cache show
    """
    from dataclasses import asdict

    from rich.filesize import decimal

    from hybrid_tui.api.embeddings import kept_embeddings

    kept = kept_embeddings()
    if json:
        entries = [asdict(each) for each in kept.entries]
        output.as_json({"folder": str(kept.folder), "bytes": kept.size, "entries": entries})
        return
    escaping.say(f"{kept.folder}: {decimal(kept.size)}")
    if kept.entries:
        rows = [(each.model, each.collection, decimal(each.size)) for each in kept.entries]
        escaping.table(("model", "collection", "size"), rows, numeric=("size",), name="model")


@app.command()
def clear(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Remove all kept embeddings; they are made again when they are needed.

    Example: hybrid-tui cache clear --yes
    """
    from rich.filesize import decimal

    from hybrid_tui.api.embeddings import clear_embeddings, kept_embeddings

    kept = kept_embeddings()
    if kept.size and not yes and not output.confirm(f"Remove {decimal(kept.size)} under {kept.folder}?"):
        raise typer.Exit(1)
    clear_embeddings()
    output.console().print(f"removed {decimal(kept.size)}")
