"""`hybrid-tui cache`: what is kept that can be made again."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.cli import output

app = typer.Typer(help="Embeddings kept on disk.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def show(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show what is kept, and where.

    Example: hybrid-tui cache show
    """
    from dataclasses import asdict

    from rich.filesize import decimal

    from hybrid_tui.retrieval.embedding_store import EmbeddingStore

    store = EmbeddingStore()
    usages = store.usage()
    total = sum(usage.size for usage in usages)
    if json:
        output.as_json({"folder": str(store.root), "bytes": total, "entries": [asdict(u) for u in usages]})
        return
    table = output.table("model", "collection", "size", numeric=("size",))
    for usage in usages:
        table.add_row(usage.model, usage.collection, decimal(usage.size))
    output.console().print(f"{store.root}: {decimal(total)}", soft_wrap=True)
    if usages:
        output.console().print(table)


@app.command()
def clear(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Remove all kept embeddings; they are made again when they are needed.

    Example: hybrid-tui cache clear --yes
    """
    from rich.filesize import decimal

    from hybrid_tui.retrieval.embedding_store import EmbeddingStore

    store = EmbeddingStore()
    size = sum(usage.size for usage in store.usage())
    if size and not yes and not output.confirm(f"Remove {decimal(size)} under {store.root}?"):
        raise typer.Exit(1)
    store.clear()
    output.console().print(f"removed {decimal(size)}")
