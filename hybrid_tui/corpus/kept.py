"""Collections on disk: three Parquet files and a collection.toml in a folder of their own."""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import polars as pl
import tomli_w

from hybrid_tui import settings
from hybrid_tui.corpus.collection import PASSAGE_SCHEMA, QUERY_SCHEMA, RELEVANCE_SCHEMA, Collection
from hybrid_tui.errors import DataError, HybridTuiError

TABLES = {"queries": QUERY_SCHEMA, "passages": PASSAGE_SCHEMA, "relevance": RELEVANCE_SCHEMA}
ABOUT = "collection.toml"


@dataclass(frozen=True)
class Entry:
    """A collection as the catalog lists it; `problem` says what is wrong with a damaged one.

    items, queries, passages: numbers over all languages. added: date and time (ISO 8601, UTC) that it
    was kept, empty for what ships with the package.
    """

    name: str
    source: str = ""
    reader: str = ""
    languages: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    items: int = 0
    queries: int = 0
    passages: int = 0
    with_context: bool = False
    fingerprint: str = ""
    added: str = ""
    problem: str = ""


def entry_of(collection: Collection, *, source: str, reader: str, added: str = "") -> Entry:
    """Describe a collection for the catalog."""
    return Entry(
        name=collection.name,
        source=source,
        reader=reader,
        languages=tuple(collection.languages),
        splits=tuple(collection.splits),
        items=collection.queries["item_id"].n_unique(),
        queries=collection.queries.height,
        passages=collection.passages.height,
        with_context=collection.with_context,
        fingerprint=collection.fingerprint,
        added=added,
    )


def write(folder: Path, collection: Collection, entry: Entry) -> bool:
    """Keep a collection as `folder`, whole or not at all; False when `folder` is there already.

    Raises HybridTuiError when the system refuses to write.
    """
    with settings.new_folder(folder) as temporary:
        for table in TABLES:
            with settings.replacing(temporary / f"{table}.parquet", "wb") as file:
                getattr(collection, table).write_parquet(file)
        about = asdict(entry)
        del about["problem"]
        with settings.replacing(temporary / ABOUT, "wb") as file:
            tomli_w.dump(about, file)
        try:
            temporary.rename(folder)
        except OSError as error:
            if folder.exists():
                return False
            raise HybridTuiError(f"cannot write {folder}: {error.strerror}") from error
    return True


def read_entry(folder: Path) -> Entry:
    """Read collection.toml alone; raises DataError when it is missing or damaged."""
    file = folder / ABOUT
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Entry)
    except OSError as error:
        raise damaged(folder.name, f"{file}: {error.strerror}") from error
    except (ValueError, msgspec.ValidationError) as error:
        raise damaged(folder.name, f"{file}: {error}") from error


def read(folder: Path) -> Collection:
    """Read a kept collection; raises DataError when a file is missing, broken or not as it was kept."""
    entry = read_entry(folder)
    frames = {}
    for table in TABLES:
        file = folder / f"{table}.parquet"
        try:
            frames[table] = pl.read_parquet(file)
        except (OSError, pl.exceptions.PolarsError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise damaged(entry.name, f"{file}: {reason}", entry.source) from error
    collection = Collection(entry.name, **frames, with_context=entry.with_context)
    same_shape = all(frames[table].schema == pl.Schema(schema) for table, schema in TABLES.items())
    if not same_shape or collection.fingerprint != entry.fingerprint:
        what = f"{folder}: its content is not what was added (fingerprint {entry.fingerprint})"
        raise damaged(entry.name, what, entry.source)
    return collection


def damaged(name: str, what: str, source: str = "") -> DataError:
    """Build the error for a kept collection that cannot be used, with the way out."""
    again = f"hybrid-tui data remove {name}, then hybrid-tui data add {name} {source or 'PATH'}"
    return DataError(f"the collection {name} is damaged: {what}", again)


def remove(folder: Path) -> None:
    """Remove a kept collection; it is gone from the catalog before its files are."""
    with settings.new_folder(folder) as temporary:
        try:
            folder.rename(temporary / "removed")
        except OSError as error:
            raise HybridTuiError(f"cannot remove {folder}: {os.strerror(error.errno or 0)}") from error
