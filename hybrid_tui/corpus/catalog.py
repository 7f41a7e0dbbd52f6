"""Catalog of collections: `starter`, which ships, and those that the user added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hybrid_tui import settings
from hybrid_tui.corpus import collection_files, large_collection, parallel_lengths, self_passages, starter
from hybrid_tui.corpus.cleaning import clean_stream, cleaned
from hybrid_tui.corpus.collection import Collection, build
from hybrid_tui.corpus.collection_files import CollectionEntry
from hybrid_tui.corpus.collection_names import ABOUT, PATTERN, folder_of, kept_names
from hybrid_tui.corpus.download import RELEASES
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import registry
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import DataError, UsageError, unknown


@dataclass(frozen=True)
class Checked:
    """A source that would make a collection: which reader it took, and what came out."""

    reader: str
    source: str
    collection: Collection
    notes: tuple[str, ...] = ()


def load(name: str) -> Collection:
    """Return a collection, or one split of it: `starter`, `starter:test`.

    Raises UsageError for an unknown name or split, DataError for a kept collection that is damaged.
    """
    whole, colon, split = name.partition(":")
    collection = starter.load() if whole == starter.NAME else collection_files.read(_existing(whole))
    return collection.split(split) if colon else collection


def entries() -> list[CollectionEntry]:
    """Return what is in the catalog, `starter` first, then by name; a damaged one says so in `problem`."""
    listed = [collection_files.entry_of(starter.load(), source="ships with hybrid-tui", reader="tables")]
    for name in kept_names():
        try:
            listed.append(collection_files.read_entry(folder_of(name)))
        except DataError as error:
            listed.append(CollectionEntry(name, problem=str(error)))
    return listed


def add(
    name: str, source: str | Path, *, with_context: bool = False, options: ReadOptions | None = None
) -> tuple[CollectionEntry, bool]:
    """Keep what a path (or a hub dataset) holds under `name`; returns its entry, and whether it is new.

    What is left out of it stands in the entry's notes; a strict reading refuses it.

    Raises UsageError for a name that is not allowed or that holds other content, DataError for a source
    that cannot be used, HybridTuiError when it cannot be written.
    """
    _check_name(name)
    folder = folder_of(name)
    with settings.new_folder(folder) as scratch:
        checked = _read(source, name, options, scratch / collection_files.TEXTS)
        collection = replace(checked.collection, with_context=with_context)
        if with_context and not _has_context(collection):
            raise UsageError(f"{source}: its passages have no context", "add it without --with-context")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = collection_files.entry_of(
            collection, source=checked.source, reader=checked.reader, added=now, notes=checked.notes
        )
        if not folder.exists() and collection_files.write(folder, collection, entry):
            return entry, True
    existing = collection_files.read_entry(folder)
    if collection_files.read(folder).fingerprint != collection.fingerprint:
        raise UsageError(
            f"the collection {name} was added from {_told(existing)}; {_told(entry)} has other content",
            f"choose another name, or hybrid-tui data remove {name}",
        )
    collection_files.write_groups(folder, collection)  # it may have been kept before groups were
    (folder / ABOUT).touch()
    return existing, False


def check(source: str | Path, name: str = "", options: ReadOptions | None = None) -> Checked:
    """Read and validate what a path (or a hub dataset) holds, keeping nothing.

    The texts of passages that are too many for memory cannot be read from the collection.
    Raises UsageError when there is nothing of that name, DataError that names every problem found.
    """
    return _read(source, name or str(source), options)


def _read(source: str | Path, name: str, options: ReadOptions | None, texts: Path | None = None) -> Checked:
    """Read and validate a source; `texts` is where those that are too many for memory are written."""
    options, notes = options or ReadOptions(), Notes()
    found = registry.source_of(str(source))
    tables = found.read(options, notes)
    if isinstance(tables, Stream):
        made = large_collection.build(name, clean_stream(tables, options, notes), texts, notes)
    else:
        made = build(name, *cleaned(tables, options, notes))
    made = self_passages.decided(made, options, notes)
    parallel_lengths.note(made.queries, notes)
    if options.strict:
        notes.raise_faults(str(source))
    return Checked(found.reader, found.name, made, notes.lines)


def _has_context(collection: Collection) -> bool:
    if "context" not in collection.passages.columns:
        return False
    return collection.passages["context"].null_count() < collection.passages.height


def removable(name: str) -> Path:
    """Return the folder of a collection that `remove` would remove; UsageError when there is none."""
    if name == starter.NAME:
        raise UsageError(f"{name} ships with the package and stays")
    return _existing(name)


def remove(name: str) -> None:
    """Remove a kept collection, damaged or not; UsageError when there is none of that name."""
    collection_files.remove(removable(name))


def changed(name: str) -> int:
    """Return when a collection, or that of a split, was kept, in nanoseconds; 0 where there is none."""
    whole = name.partition(":")[0]
    return (folder_of(whole) / ABOUT).stat().st_mtime_ns if whole in kept_names() else 0


def _existing(name: str) -> Path:
    if name in kept_names():
        return folder_of(name)
    if name in RELEASES:
        raise UsageError(
            f"{RELEASES[name].title} is published, but not on this machine yet",
            f"hybrid-tui data get {name} downloads it, hybrid-tui data add {name} FOLDER adds a copy",
        )
    hint = "hybrid-tui data list shows what there is, hybrid-tui data add NAME PATH adds one"
    raise unknown("collection", name, [starter.NAME, *kept_names(), *RELEASES], hint)


def _told(entry: CollectionEntry) -> str:
    return f"{entry.source}{' with context' if entry.with_context else ''}"


def _check_name(name: str) -> None:
    if name == starter.NAME:
        raise UsageError(f"{name} is the name of the collection that ships", "choose another name")
    if not PATTERN.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name a collection",
            "use up to 64 letters, digits, dots, dashes and underscores, a letter or digit first",
        )
