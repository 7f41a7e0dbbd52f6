"""Collections by name: listed, loaded, added, downloaded, checked, removed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.progress import Progress, steps
from hybrid_tui.api.workspace import default
from hybrid_tui.corpus import catalog, coverage, description, download
from hybrid_tui.corpus.chunking import Spans
from hybrid_tui.corpus.chunking import Tokens as Tokens
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.collection_files import CollectionEntry as CollectionEntry
from hybrid_tui.corpus.coverage import TrainingDataFacts as TrainingDataFacts
from hybrid_tui.corpus.forms import forms as forms
from hybrid_tui.corpus.forms import new as new
from hybrid_tui.corpus.readers.options import ReadOptions as ReadOptions
from hybrid_tui.corpus.readers.options import parse_columns as parse_columns
from hybrid_tui.encoders import model
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.sampling import feasibility
from hybrid_tui.sampling.feasibility import FeasibilityReport as FeasibilityReport


@dataclass(frozen=True)
class AddedCollection:
    """A collection that is kept; not `new` where the very same was there already.

    licence: of a downloaded one, in words, with the folder of its files; empty for others.
    """

    entry: CollectionEntry
    new: bool
    licence: str = ""


@dataclass(frozen=True)
class DataCheck:
    """What a source holds: facts of a collection (empty where it is none), and what can be trained on.

    problem: why it is no collection, where it can be trained on alone.
    """

    source: str
    facts: dict[str, Any]
    training: FeasibilityReport | None
    problem: DataError | None


def list_collections() -> list[CollectionEntry]:
    """Return what is in the catalog, `starter` first, then by name; a damaged one says so in `problem`."""
    return catalog.entries()


def load_collection(name: str | None = None) -> Collection:
    """Return a collection, or one split of it: `starter`, `starter:test`; the configured one by default.

    Its `queries`, `passages` and `relevance` are polars frames. Raises UsageError for an unknown name or
    split, DataError for a collection that is damaged.
    """
    return default().collection(data_name(name))


def add_collection(
    name: str, path: str | Path, *, with_context: bool = False, options: ReadOptions | None = None
) -> AddedCollection:
    """Keep what a file, a folder or a Hugging Face dataset (`owner/name[:config]`) holds under `name`.

    with_context: encode each passage together with its paragraph. options: how the source is read; what is
    left out of it stands in the entry's notes. Raises UsageError for a name that is not
    allowed or holds other content, DataError for a source that cannot be used.
    """
    return AddedCollection(*catalog.add(name, path, with_context=with_context, options=options))


def tokens_of(name: str) -> Tokens:
    """Return a model's tokens, for chunks to be measured in: `ReadOptions(chunk=256, tokens=...)`.

    Raises UsageError for an unknown model, and for one whose tokens have no place in the text.
    """
    encoder = model.load(name)
    tokenizer = getattr(getattr(encoder, "backbone", encoder), "tokenizer", None)
    if tokenizer is None:
        raise UsageError(
            f"{name} does not tell where its tokens stand", "name another model, or none for words"
        )
    own = tokenizer.copy()

    def spans(text: str) -> Spans:
        return [
            (start, end) for start, end in own.encode(text, add_special_tokens=False).offsets if end > start
        ]

    return Tokens(f"tokens of {name}", spans)


def get_collection(name: str, *, progress: Progress | None = None) -> AddedCollection:
    """Download a published collection from its authors' site, check it, and keep it under its name.

    Raises UsageError for a name that is not published, HybridTuiError when the download fails.
    """
    there = [entry for entry in catalog.entries() if entry.name == name and not entry.problem]
    if there and name in download.RELEASES:
        return AddedCollection(there[0], new=False)
    folder = download.get(name, steps(progress)(f"downloading {name}"))
    release = download.RELEASES[name]
    licence = f"{release.title} is licensed under {release.licence}; its files are in {folder}"
    return AddedCollection(*catalog.add(name, folder), licence)


def removable_collection(name: str) -> None:
    """Raise UsageError for a collection that cannot be removed, with the reason."""
    catalog.removable(name)


def remove_collection(name: str) -> None:
    """Remove a kept collection; the files that it was added from stay. UsageError where there is none."""
    catalog.remove(name)


def check_data(path: str, *, options: ReadOptions | None = None) -> DataCheck:
    """Read what a path, a hub dataset or a preset holds, keeping nothing.

    Raises DataError that names every problem of what is neither a collection nor training data.
    """
    uses = coverage.uses(path)
    facts: dict[str, Any] = {}
    training: FeasibilityReport | None = None
    problem: DataError | None = None
    if uses.collection:
        try:
            checked = catalog.check(path, options=options)
            facts = description.describe(checked.collection)
            facts |= {"source": checked.source, "reader": checked.reader}
            facts["remarks"] = [*checked.notes, *description.remarks(checked.collection)]
        except DataError as error:
            if not uses.training:
                raise
            problem = error
    if uses.training:
        try:
            training = feasibility.report(path)
        except DataError as error:
            raise problem or error from None
    return DataCheck(path, facts, training, problem)
