"""`hybrid-tui data`: collections to search and measure on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import completion, data_forms, escaping, output, variants
from hybrid_tui.cli.options import Json, Yes, name_first

if TYPE_CHECKING:
    from hybrid_tui.api.collections import AddedCollection

app = typer.Typer(
    help="Collections: parallel queries and passages in several languages.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(help="Name of the collection.")]
Own = Annotated[str, typer.Argument(help="Name of the collection.", autocompletion=completion.own_collection)]
Where = Annotated[
    str,
    typer.Argument(
        help="File, folder or Hugging Face dataset (owner/name[:config]).", metavar="PATH", show_default=False
    ),
]
Checked = Annotated[
    str,
    typer.Argument(
        help="File, folder, Hugging Face dataset (owner/name[:config]) or preset (mmarco:ar,en:1000).",
        metavar="PATH",
        show_default=False,
    ),
]


@app.command("list")
def list_collections(json: Json = False) -> None:
    """List the collections that can be named.

    Example: hybrid-tui data list
    """
    from dataclasses import asdict

    from hybrid_tui.api.collections import list_collections as listed

    entries = listed()
    if json:
        output.as_json([asdict(entry) for entry in entries])
        return
    columns = ("name", "languages", "items", "queries", "passages", "splits", "note")
    rows = [
        (
            entry.name,
            " ".join(entry.languages),
            f"{entry.items:,}",
            f"{entry.queries:,}",
            f"{entry.passages:,}",
            " ".join(entry.splits),
            entry.problem or ("with context" if entry.with_context else ""),
        )
        for entry in entries
    ]
    escaping.table(columns, rows, numeric=("items", "queries", "passages"), name="name")


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            help="Collection, or one split of it (starter:test).", autocompletion=completion.collection
        ),
    ],
    json: Json = False,
) -> None:
    """Show what a collection holds: queries and passages by language, splits, fingerprint.

    Example: hybrid-tui data show starter
    """
    from hybrid_tui.api.library import collection_facts

    facts = collection_facts(name)
    if json:
        output.as_json(facts)
    else:
        _print_facts(facts)


app.command()(data_forms.formats)
app.command()(data_forms.new)
app.add_typer(variants.app, name="variants")


@app.command(cls=data_forms.HelpWithForms)
def add(
    name: Name,
    path: Where,
    with_context: Annotated[
        bool, typer.Option("--with-context", help="Encode each passage together with its paragraph.")
    ] = False,
    columns: data_forms.Columns = "",
    lang: data_forms.Lang = "",
    corpus: data_forms.Corpus = "",
    qrels: data_forms.Qrels = "",
    parallel_by: data_forms.ParallelBy = "",
    max_chars: data_forms.MaxChars = 0,
    chunk: data_forms.Chunk = 0,
    overlap: data_forms.Overlap = 0,
    tokenizer: data_forms.Tokenizer = "",
    drop_self: data_forms.DropSelf = False,
    strict: data_forms.Strict = False,
    json: Json = False,
) -> None:
    """Keep a collection under a name; adding the same thing again is no error.

    What cannot be used is left out and told in notes, unless --strict refuses it. Columns and languages are
    known under their usual names.

    Example: hybrid-tui data add xquad-r ./xquad-r
    """
    from hybrid_tui.api.collections import add_collection

    name_first(name, path, "data add")
    with output.progress() as progress:
        progress(f"reading {path}", 0, 0)
        options = data_forms.read_options(
            columns,
            lang,
            parallel_by,
            tokenizer,
            corpus=corpus,
            qrels=qrels,
            max_chars=max_chars,
            chunk=chunk,
            overlap=overlap,
            drop_self=drop_self,
            strict=strict,
        )
        added = add_collection(name, path, with_context=with_context, options=options)
    _report(added, json=json)


@app.command()
def get(
    name: Annotated[str, typer.Argument(help="Published collection: xquad-r.")],
    json: Json = False,
) -> None:
    """Download a published collection from its authors' site, check it, and keep it under its name.

    Example: hybrid-tui data get xquad-r
    """
    from hybrid_tui.api.collections import get_collection

    with output.progress() as progress:
        added = get_collection(name, progress=progress)
    _report(added, json=json)


@app.command()
def check(
    path: Checked,
    columns: data_forms.Columns = "",
    lang: data_forms.Lang = "",
    corpus: data_forms.Corpus = "",
    qrels: data_forms.Qrels = "",
    parallel_by: data_forms.ParallelBy = "",
    strict: data_forms.Strict = False,
    json: Json = False,
) -> None:
    """Tell what a collection or training data holds, with every problem named; nothing is kept.

    Example: hybrid-tui data check ./my-pairs.jsonl
    """
    from hybrid_tui.api.collections import check_data
    from hybrid_tui.cli import coverage_view

    with output.progress() as progress:
        progress(f"reading {path}", 0, 0)
        options = data_forms.read_options(
            columns, lang, parallel_by, corpus=corpus, qrels=qrels, strict=strict
        )
        found = check_data(path, options=options)
    if json:
        told = {"training": coverage_view.as_json(found.training)} if found.training else {}
        output.as_json((found.facts or {"source": path}) | told)
    else:
        if found.facts:
            _print_facts(found.facts)
        if found.training:
            coverage_view.show(found.training, found.facts.get("remarks", ()))
        escaping.say("it can be trained on, but is no collection" if found.problem else "no problems found")
    if found.problem:
        raise found.problem


@app.command()
def remove(
    name: Own,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove a kept collection; the files that it was added from stay, and so do its variants.

    Example: hybrid-tui data remove my-pairs --yes
    """
    from hybrid_tui.api.collections import removable_collection, remove_collection

    removable_collection(name)
    output.agreed(f"Remove the collection {name}?", f"removing {name}", yes=yes)
    remove_collection(name)
    if json:
        output.as_json({"name": name, "removed": True})
    else:
        escaping.say(f"removed {name}")


def _report(added: AddedCollection, *, json: bool) -> None:
    from dataclasses import asdict

    entry = added.entry
    if json:
        output.as_json(asdict(entry) | {"new": added.new})
        return
    counts = f"{entry.queries:,} queries, {entry.passages:,} passages in {len(entry.languages)} languages"
    escaping.say(f"{'added' if added.new else 'already there:'} {entry.name}: {counts}")
    for note in entry.notes:
        escaping.say(f"note: {note}")
    if added.licence:
        escaping.say(added.licence)


def _print_facts(facts: dict[str, Any]) -> None:
    escaping.say(f"{facts['name']}: {facts['items']:,} items in {len(facts['languages'])} languages")
    for label in ("source", "reader", "added", "fingerprint"):
        if facts.get(label):
            escaping.say(f"{label}: {facts[label]}")
    if facts["with_context"]:
        escaping.say("passages are encoded with their context")
    if facts.get("documents"):
        escaping.say(f"passages are chunks of {facts['documents']:,} documents, which are what is ranked")
    if facts["splits"]:
        escaping.say(
            "splits: " + ", ".join(f"{name} ({items:,} items)" for name, items in facts["splits"].items())
        )
    if facts["topics"]:
        escaping.say("topics: " + ", ".join(facts["topics"]))
    queries, passages = facts["queries"], facts["passages"]
    rows = [
        (lang, f"{queries['by_language'].get(lang, 0):,}", f"{passages['by_language'].get(lang, 0):,}")
        for lang in facts["languages"]
    ]
    rows.append(("all", f"{queries['total']:,}", f"{passages['total']:,}"))
    escaping.table(("language", "queries", "passages"), rows, numeric=("queries", "passages"))
    for remark in facts["remarks"]:
        escaping.say(f"note: {remark}")
