"""Collections on disk: Parquet files and a collection.toml in a folder of their own.

Where the passages are too many for memory, passages.parquet has digests for texts, and the texts are in
the folder `texts`.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import polars as pl
import tomli_w

from hybrid_tui import settings
from hybrid_tui.corpus.collection import (
    JUDGED,
    PASSAGE_SCHEMA,
    QUERY_SCHEMA,
    RELEVANCE_SCHEMA,
    Collection,
    Schema,
)
from hybrid_tui.corpus.collection_names import ABOUT
from hybrid_tui.corpus.table_files import read_parquet
from hybrid_tui.corpus.text_shards import ShardedTexts
from hybrid_tui.errors import DataError, cannot

TABLES = {"queries": QUERY_SCHEMA, "passages": PASSAGE_SCHEMA, "relevance": RELEVANCE_SCHEMA}
DIGEST_SCHEMA: Schema = dict.fromkeys(("passage_id", "lang", "digest", "document"), pl.String)
GROUPS, SELVES = "groups.parquet", "self_passages.parquet"
TEXTS = "texts"


@dataclass(frozen=True)
class CollectionEntry:
    """A collection as the catalog lists it; `problem` says what is wrong with a damaged one.

    items, queries, passages: numbers over all languages. added: date and time (ISO 8601, UTC) that it
    was kept, empty for what ships with the package. notes: what was left out or changed when it was read.
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
    notes: tuple[str, ...] = ()
    problem: str = ""


def entry_of(
    collection: Collection, *, source: str, reader: str, added: str = "", notes: tuple[str, ...] = ()
) -> CollectionEntry:
    """Describe a collection for the catalog."""
    return CollectionEntry(
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
        notes=notes,
    )


def write(folder: Path, collection: Collection, entry: CollectionEntry) -> bool:
    """Keep a collection as `folder`, whole or not at all; False when `folder` is there already.

    Texts that are on disk are moved, and must be beside `folder`.
    Raises HybridTuiError when the system refuses to write.
    """
    with settings.new_folder(folder) as temporary:
        for table in TABLES:
            with settings.replacing(temporary / f"{table}.parquet", "wb") as file:
                getattr(collection, table).write_parquet(file)
        write_groups(temporary, collection)
        if collection.self_passages.height:
            with settings.replacing(temporary / SELVES, "wb") as file:
                collection.self_passages.write_parquet(file)
        about = asdict(entry)
        del about["problem"]
        with settings.replacing(temporary / ABOUT, "wb") as file:
            tomli_w.dump(about, file)
        try:
            if collection.texts:
                collection.texts.folder.rename(temporary / TEXTS)
            temporary.rename(folder)
        except OSError as error:
            if folder.exists():
                return False
            raise cannot("write", folder, error) from error
    return True


def write_groups(folder: Path, collection: Collection) -> None:
    """Keep a collection's groups, where it has any, in its folder."""
    if collection.groups.width > 1:
        with settings.replacing(folder / GROUPS, "wb") as file:
            collection.groups.write_parquet(file)


def read_entry(folder: Path) -> CollectionEntry:
    """Read collection.toml alone; raises DataError when it is missing or damaged."""
    file = folder / ABOUT
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), CollectionEntry)
    except OSError as error:
        raise damaged(folder.name, f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise damaged(folder.name, f"{file}: {error}") from error


def read(folder: Path) -> Collection:
    """Read a kept collection; raises DataError when a file is missing, broken or not as it was kept."""
    entry = read_entry(folder)
    on_disk = (folder / TEXTS).is_dir()
    schemas = TABLES | ({"passages": DIGEST_SCHEMA} if on_disk else {})
    frames = {}
    for table in schemas:
        frames[table] = _read_table(folder / f"{table}.parquet", entry)
    # Collections of earlier versions have no grades and no documents.
    absent = [pl.lit(None, RELEVANCE_SCHEMA[name]).alias(name) for name in JUDGED]
    if frames["relevance"].columns == ["item_id", "passage_id"]:
        frames["relevance"] = frames["relevance"].with_columns(absent)
    if "document" not in frames["passages"].columns:
        frames["passages"] = frames["passages"].with_columns(document=pl.lit(None, pl.String))
    for table, name in (("groups", GROUPS), ("self_passages", SELVES)):
        if (folder / name).exists():
            frames[table] = _read_table(folder / name, entry)
    same = all(frames[table].schema == pl.Schema(schema) for table, schema in schemas.items())
    if same:
        texts = ShardedTexts(folder / TEXTS, frames["passages"]["digest"]) if on_disk else None
        collection = Collection(entry.name, **frames, with_context=entry.with_context, texts=texts)
        for file in texts.files if texts else []:
            if not file.exists():
                raise damaged(entry.name, f"{file} is missing", entry.source)
        if collection.fingerprint == entry.fingerprint:
            return collection
    what = f"{folder}: its content is not what was added (fingerprint {entry.fingerprint})"
    raise damaged(entry.name, what, entry.source)


def _read_table(file: Path, entry: CollectionEntry) -> pl.DataFrame:
    try:
        return read_parquet(file)
    except DataError as error:
        raise damaged(entry.name, str(error), entry.source) from error


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
            raise cannot("remove", folder, error) from error
