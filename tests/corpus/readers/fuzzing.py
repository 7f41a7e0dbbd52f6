"""Damaged sources of every form, and what must come of them: a collection or one of our errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from hybrid_tui.api.collections import check_data
from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.evaluation import imported_runs

from .mutations import MUTATIONS
from .valid_sources import SINGLE, SOURCES, Files


class Damaged(NamedTuple):
    """Files of a source, and how it is read. added: whether it is kept as well, where it can be read."""

    form: str
    files: Files
    options: ReadOptions
    added: bool = False

    def written(self, folder: Path) -> Path:
        """Write the files; return what is to be read."""
        for name, content in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return folder / next(iter(self.files)) if self.form in SINGLE else folder


OPTIONS: st.SearchStrategy[ReadOptions] = st.one_of(
    st.just(ReadOptions()),
    st.builds(
        ReadOptions,
        lang=st.sampled_from(["", "en"]),
        parallel_by=st.sampled_from(["", "id", "item_id"]),
        max_chars=st.sampled_from([0, 7]),
        chunk=st.sampled_from([0, 3]),
        drop_self=st.booleans(),
        strict=st.booleans(),
    ),
)


@cache
def _valid(form: str) -> Files:
    return SOURCES[form]()


@st.composite
def damaged(draw: Callable[..., Any], form: str) -> Damaged:
    """Draw a source of a form with one to four damages to a file or two; sometimes a file is missing."""
    files = dict(_valid(form))
    if form in SINGLE:
        name = draw(st.sampled_from(sorted(files)))
        files = {name: files[name]}
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(sorted(files)))
        for _ in range(draw(st.integers(1, 2))):
            files[name] = draw(st.sampled_from(MUTATIONS))(draw, files[name])
    if len(files) > 1 and draw(st.integers(0, 19)) == 0:
        del files[draw(st.sampled_from(sorted(files)))]
    return Damaged(form, files, draw(OPTIONS), added=draw(st.integers(0, 3)) == 0)


def ranked_collection(folder: Path) -> Collection:
    """Return the collection that the runs rank."""
    whole = Damaged("three_tables", _valid("three_tables"), ReadOptions())
    return catalog.check(whole.written(folder), "ranked").collection


def outcome(source: Damaged, folder: Path, ranked: Collection) -> str:
    """Read a source as commands do; return "read", or the name of the error of ours that says why not.

    Raises whatever else comes out.
    """
    path = source.written(folder)
    try:
        if source.form == "trec_run":
            imported_runs.keep(path, "fuzz", ranked, [])
        else:
            check_data(str(path), options=source.options)
            if source.added:
                catalog.add("fuzz", path, options=source.options)
                catalog.load("fuzz")
                catalog.remove("fuzz")
    except HybridTuiError as error:
        error.whole.encode()
        return type(error).__name__
    return "read"
