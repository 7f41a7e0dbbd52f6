"""`hybrid-tui data`: collections to search and measure on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import data_forms, escaping, output

if TYPE_CHECKING:
    from hybrid_tui.corpus.collection_files import CollectionEntry
    from hybrid_tui.corpus.readers.options import ReadOptions
    from hybrid_tui.errors import DataError
    from hybrid_tui.sampling.feasibility import FeasibilityReport

app = typer.Typer(
    help="Collections: parallel queries and passages in several languages.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="Name of the collection.")]
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

    from hybrid_tui.corpus import catalog

    entries = catalog.entries()
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
    escaping.table(columns, rows, numeric=("items", "queries", "passages"))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Collection, or one split of it (starter:test).")],
    json: Json = False,
) -> None:
    """Show what a collection holds: queries and passages by language, splits, fingerprint.

    Example: hybrid-tui data show starter
    """
    from dataclasses import asdict

    from hybrid_tui.corpus import catalog, description

    collection = catalog.load(name)
    entry = next(entry for entry in catalog.entries() if entry.name == name.partition(":")[0])
    facts = description.describe(collection)
    facts |= {key: value for key, value in asdict(entry).items() if key in {"source", "reader", "added"}}
    facts["remarks"] = [*entry.notes, *description.remarks(collection)]
    if json:
        output.as_json(facts)
    else:
        _print_facts(facts)


app.command()(data_forms.formats)
app.command()(data_forms.new)


@app.command(cls=data_forms.HelpWithForms)
def add(
    name: Name,
    path: Where,
    with_context: Annotated[
        bool, typer.Option("--with-context", help="Encode each passage together with its paragraph.")
    ] = False,
    columns: data_forms.Columns = "",
    lang: data_forms.Lang = "",
    parallel_by: data_forms.ParallelBy = "",
    max_chars: data_forms.MaxChars = 0,
    chunks: data_forms.Chunks = False,
    drop_self: data_forms.DropSelf = False,
    strict: data_forms.Strict = False,
    json: Json = False,
) -> None:
    """Keep a collection under a name; adding the same thing again is no error.

    What cannot be used is left out and told in notes, unless --strict refuses it. Columns and languages are
    known under their usual names.

    Example: hybrid-tui data add xquad-r ./xquad-r
    """
    from hybrid_tui.corpus import catalog

    with output.progress(f"reading {path}"):
        options = data_forms.read_options(columns, lang, parallel_by, max_chars, chunks, drop_self, strict)
        entry, added = catalog.add(name, path, with_context=with_context, options=options)
    _report(entry, added, json=json)


@app.command()
def get(
    name: Annotated[str, typer.Argument(help="Published collection: xquad-r.")],
    json: Json = False,
) -> None:
    """Download a published collection from its authors' site, check it, and keep it under its name.

    Example: hybrid-tui data get xquad-r
    """
    from hybrid_tui.corpus import catalog, download

    there = [entry for entry in catalog.entries() if entry.name == name and not entry.problem]
    if there and name in download.RELEASES:
        _report(there[0], False, json=json)
        return
    with output.progress(f"downloading {name}") as progress:
        folder = download.get(name, progress)
    entry, added = catalog.add(name, folder)
    _report(entry, added, json=json)
    if not json:
        release = download.RELEASES[name]
        escaping.say(f"{release.title} is licensed under {release.licence}; its files are in {folder}")


@app.command()
def check(
    path: Checked,
    columns: data_forms.Columns = "",
    lang: data_forms.Lang = "",
    parallel_by: data_forms.ParallelBy = "",
    strict: data_forms.Strict = False,
    json: Json = False,
) -> None:
    """Tell what a collection or training data holds, with every problem named; nothing is kept.

    Example: hybrid-tui data check ./my-pairs.jsonl
    """
    from hybrid_tui.cli import coverage_view
    from hybrid_tui.corpus import coverage
    from hybrid_tui.errors import DataError
    from hybrid_tui.sampling import feasibility

    problem: DataError | None = None
    facts: dict[str, Any] = {}
    training: FeasibilityReport | None = None
    with output.progress(f"reading {path}"):
        uses = coverage.uses(path)
        if uses.collection:
            try:
                options = data_forms.read_options(columns, lang, parallel_by, 0, False, False, strict)
                facts = _collection_facts(path, options)
            except DataError as error:
                problem = error
                if not uses.training:
                    raise
        if uses.training:
            try:
                training = feasibility.report(path)
            except DataError as error:
                raise problem or error from None
    if json:
        told = {"training": coverage_view.as_json(training)} if training else {}
        output.as_json((facts or {"source": path}) | told)
    else:
        _print_checked(facts, training, problem)
    if problem:
        raise problem


@app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove a kept collection; the files that it was added from stay.

    Example: hybrid-tui data remove my-pairs --yes
    """
    from hybrid_tui.corpus import catalog
    from hybrid_tui.errors import UsageError

    catalog.removable(name)
    if not yes:
        if not has_terminal():
            raise UsageError(f"removing {name} asks first, and there is no terminal", "say --yes")
        if not output.confirm(f"Remove the collection {name}?"):
            raise typer.Exit(1)
    catalog.remove(name)
    if json:
        output.as_json({"name": name, "removed": True})
    else:
        escaping.say(f"removed {name}")


def has_terminal() -> bool:
    """Tell whether somebody can answer a question."""
    return sys.stdin.isatty()


def _report(entry: CollectionEntry, added: bool, *, json: bool) -> None:
    from dataclasses import asdict

    if json:
        output.as_json(asdict(entry) | {"new": added})
        return
    counts = f"{entry.queries:,} queries, {entry.passages:,} passages in {len(entry.languages)} languages"
    escaping.say(f"{'added' if added else 'already there:'} {entry.name}: {counts}")
    for note in entry.notes:
        escaping.say(f"note: {note}")


def _collection_facts(path: str, options: ReadOptions) -> dict[str, Any]:
    from hybrid_tui.corpus import catalog, description

    checked = catalog.check(path, options=options)
    facts = description.describe(checked.collection) | {"source": checked.source, "reader": checked.reader}
    return facts | {"remarks": [*checked.notes, *description.remarks(checked.collection)]}


def _print_checked(
    facts: dict[str, Any], training: FeasibilityReport | None, problem: DataError | None
) -> None:
    from hybrid_tui.cli import coverage_view

    if facts:
        _print_facts(facts)
    if training:
        coverage_view.show(training)
    escaping.say("it can be trained on, but is no collection" if problem else "no problems found")


def _print_facts(facts: dict[str, Any]) -> None:
    escaping.say(f"{facts['name']}: {facts['items']:,} items in {len(facts['languages'])} languages")
    for label in ("source", "reader", "added", "fingerprint"):
        if facts.get(label):
            escaping.say(f"{label}: {facts[label]}")
    if facts["with_context"]:
        escaping.say("passages are encoded with their context")
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
