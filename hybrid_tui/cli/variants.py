"""`hybrid-tui data variants`: other texts for the same queries, kept beside a collection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import completion, escaping, output
from hybrid_tui.cli.options import Json, Yes

if TYPE_CHECKING:
    from hybrid_tui.api.variants import VariantEntry

app = typer.Typer(
    help="Variants: other texts for the same queries, such as versions in other languages or expansions.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Beside = Annotated[str, typer.Argument(help="Collection.", autocompletion=completion.collection)]


@app.command()
def add(
    data: Beside,
    file: Annotated[
        Path,
        typer.Argument(help="Table (JSONL, CSV, TSV, Parquet): item_id, lang, variant, text; text_lang."),
    ],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace texts that are there by those of the file.")
    ] = False,
    json: Json = False,
) -> None:
    """Keep variants beside a collection; adding the same thing again is no error.

    text_lang tells the language that a text is in, where it is not the query's. What the collection does not
    have is left out and told in notes.

    Example: hybrid-tui data variants add xquad-r ./expanded.jsonl
    """
    from dataclasses import asdict

    from hybrid_tui.api.variants import add_variants

    added = add_variants(data, file, overwrite=overwrite)
    if json:
        output.as_json(asdict(added))
        return
    for each in added.variants:
        more = f", {each.replaced:,} replaced" if each.replaced else ""
        there = f", {each.same:,} there already" if each.same else ""
        escaping.say(f"{each.variant}: {each.new:,} texts added to {added.collection}{more}{there}")
    for note in added.notes:
        escaping.say(f"note: {note}")


@app.command("list")
def list_variants(
    data: Annotated[
        str | None,
        typer.Argument(help="Collection. [default: starter]", autocompletion=completion.collection),
    ] = None,
    json: Json = False,
) -> None:
    """List the variants of a collection: its languages' versions, and those that are kept beside it.

    Example: hybrid-tui data variants list xquad-r
    """
    from dataclasses import asdict

    from hybrid_tui.api import variants
    from hybrid_tui.api.defaults import data_name

    found = variants.list_variants(data)
    if json:
        output.as_json([asdict(each) for each in found])
        return
    columns = ("variant", "texts", "of queries", "text language", "prompt", "model", "note")
    escaping.table(columns, [_row(each) for each in found], numeric=("texts", "of queries"))
    others = [each for each in variants.collections_with_variants() if each != data_name(data).split(":")[0]]
    output.note([f"there are kept variants of {', '.join(others)}, too"] if others else [])


@app.command()
def export(
    data: Beside,
    file: Annotated[Path, typer.Argument(help="File to write, .jsonl or .parquet.")],
    json: Json = False,
) -> None:
    """Write the kept variants of a collection as one table, as `add` takes it.

    Example: hybrid-tui data variants export xquad-r ./variants.jsonl
    """
    from hybrid_tui.api.variants import export_variants

    found = export_variants(data, file)
    if json:
        told = {"collection": found.collection, "variants": list(found.variants)}
        output.as_json(told | {"file": str(found.file), "texts": found.texts})
        return
    escaping.say(f"wrote {found.file}: {found.texts:,} texts of {', '.join(found.variants)}")


@app.command()
def remove(
    data: Beside,
    variant: Annotated[str, typer.Argument(help="Variant that is kept beside it.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove a kept variant.

    Example: hybrid-tui data variants remove xquad-r expanded --yes
    """
    from hybrid_tui.api.variants import removable_variant, remove_variant

    removable_variant(data, variant)
    output.agreed(f"Remove the variant {variant} of {data}?", f"removing {variant}", yes=yes)
    remove_variant(data, variant)
    if json:
        output.as_json({"name": variant, "removed": True})
    else:
        escaping.say(f"removed {variant}")


def _row(each: VariantEntry) -> tuple[str, ...]:
    unused = f"{each.unused:,} texts of other queries" if each.unused else ""
    return (
        each.variant,
        f"{each.texts:,}",
        f"{each.queries:,}",
        " ".join(each.text_languages),
        " ".join(each.prompts),
        " ".join(each.models),
        each.problem or unused,
    )
