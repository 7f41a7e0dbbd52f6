"""Variants of queries: versions in other languages, and texts kept beside a collection."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hybrid_tui.api.defaults import data_name
from hybrid_tui.corpus import catalog, variant_tables, variants
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.errors import DataError, unknown


@dataclass(frozen=True)
class KeptVariant:
    """What became of a variant's texts: how many are new, were there, replaced others."""

    variant: str
    new: int
    same: int
    replaced: int


@dataclass(frozen=True)
class AddedVariants:
    """What a table added to a collection; notes: what of it was left out, in words."""

    collection: str
    variants: tuple[KeptVariant, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class VariantEntry:
    """A variant of a collection's queries.

    kept: whether it is kept beside the collection, not a language's versions. languages: of the queries that
    have it. text_languages: of its texts. texts: how many of the collection's `queries` have it. unused: kept
    texts of queries that the collection does not have. prompts, models: what wrote it. problem: what is
    wrong with a damaged one.
    """

    variant: str
    kept: bool
    languages: tuple[str, ...] = ()
    text_languages: tuple[str, ...] = ()
    texts: int = 0
    queries: int = 0
    unused: int = 0
    prompts: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class ExportedVariants:
    """A table that was written."""

    collection: str
    file: Path
    variants: tuple[str, ...]
    texts: int


def add_variants(data: str, path: str | Path, *, overwrite: bool = False) -> AddedVariants:
    """Keep the variants of a table (item_id, lang, variant, text; text_lang) beside a collection.

    overwrite: replace texts that are there. What the collection does not have is left out and noted.
    Raises UsageError for unknown names and what is no table, DataError that names every problem.
    """
    collection, notes = _collection(data), Notes()
    tables = variant_tables.read_table(Path(path).expanduser(), collection, notes)
    kept = [
        KeptVariant(name, *variants.keep(collection.name, name, rows, overwrite=overwrite))
        for name, rows in tables.items()
    ]
    return AddedVariants(collection.name, tuple(kept), notes.lines)


def list_variants(data: str | None = None) -> list[VariantEntry]:
    """Return the variants of a collection, by default of the configured one: languages, then kept ones."""
    collection = _collection(data_name(data))
    return [_entry(collection, name) for name in variants.names(collection)]


def collections_with_variants() -> list[str]:
    """Return the names of the collections that variants are kept beside, there or not."""
    return variants.collections()


def export_variants(data: str, path: str | Path) -> ExportedVariants:
    """Write the kept variants of a collection as one table, .jsonl or .parquet, as `add_variants` takes it.

    The collection itself need not be there. Raises UsageError where none is kept, or for another ending.
    """
    name, file = data.partition(":")[0], Path(path).expanduser()
    kept = variants.kept_names(name)
    if not kept:
        raise unknown("collection with kept variants", name, variants.collections(), _none(name))
    return ExportedVariants(name, file, tuple(kept), variant_tables.write_table(file, name, kept))


def remove_variant(data: str, variant: str) -> None:
    """Remove a kept variant; the collection need not be there. Raises UsageError where there is none."""
    variants.remove(data, variant)


def removable_variant(data: str, variant: str) -> None:
    """Raise UsageError for a variant that cannot be removed, with the reason."""
    variants.check_kept(data, variant)


def _none(name: str) -> str:
    return "" if variants.collections() else f"hybrid-tui data variants add {name} FILE adds some"


def _collection(data: str) -> Collection:
    return catalog.load(data.partition(":")[0])


def _entry(collection: Collection, name: str) -> VariantEntry:
    kept = name in variants.kept_names(collection.name)
    try:
        forms = variants.forms(collection, name)
        table = variants.read(collection.name, name) if kept else None
    except DataError as error:
        return VariantEntry(name, kept, problem=str(error))
    queries = collection.queries
    having = queries.filter(pl.col("query_id").is_in(list(forms)))
    unused = table.join(queries, on=variants.KEY, how="anti").height if table is not None else 0
    return VariantEntry(
        name,
        kept,
        tuple(sorted(having["lang"].unique())),
        tuple(sorted({form.lang for form in forms.values()})),
        having.height,
        queries.height,
        unused,
        _distinct(table, "prompt"),
        _distinct(table, "model"),
    )


def _distinct(table: pl.DataFrame | None, column: str) -> tuple[str, ...]:
    return () if table is None else tuple(sorted(table[column].drop_nulls().unique()))
