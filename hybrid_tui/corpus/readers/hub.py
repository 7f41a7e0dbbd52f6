"""Reader of pairs in a dataset of the Hugging Face hub, named `owner/name` or `owner/name:config`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.columns import RawTable, checked
from hybrid_tui.corpus.readers.files import Tables, numbered
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.tabular import OPTIONAL, REQUIRED, tables_of
from hybrid_tui.corpus.table_files import split_name
from hybrid_tui.errors import DataError

NAME = "hub"
LOOKS_FOR = "a Hugging Face dataset, owner/name or owner/name:config, with item_id, lang, query, passage"
_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(:[\w.-]+)?")


def fits(source: str) -> bool:
    """Tell whether `source`, which is no path that exists, can name a dataset of the hub."""
    return bool(_ID.fullmatch(source)) and not split_name(Path(source))[1]


def read(source: str, options: ReadOptions, notes: Notes) -> Tables:
    """Load every split of a dataset; code that comes with a dataset is never run.

    Raises DataError when it cannot be had (offline, no such dataset or config) or lacks a column.
    """
    from datasets.load import load_dataset

    name, _, config = source.partition(":")
    reached = _hub_reached()
    try:
        with _retries_spared(reached):
            loaded = load_dataset(name, config or None)
    except Exception as error:  # the loader lets through whatever its many formats raise
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if not reached:
            reason = "the hub cannot be reached, and no earlier download is kept"
        raise DataError(
            f"cannot load the dataset {source} from the Hugging Face hub: {reason}",
            "check the name and the network; or download its files and name their folder",
        ) from error
    rows = [_rows(source, str(split), found, options, notes) for split, found in loaded.items()]
    return tables_of(pl.concat(rows, how="diagonal"), notes)


def _hub_reached() -> bool:
    """Tell whether the hub answers at all, in whatever way."""
    from httpx2 import HTTPError
    from huggingface_hub import constants, get_session
    from huggingface_hub.errors import OfflineModeIsEnabled

    try:
        get_session().head(constants.ENDPOINT, timeout=10)
    except (HTTPError, OfflineModeIsEnabled):
        return False
    return True


@contextmanager
def _retries_spared(reached: bool) -> Iterator[None]:
    """Let the loader look into its cache alone where the hub was not reached: it tries for half a minute."""
    import datasets
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    if not reached:
        constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE = before


def _rows(source: str, split: str, dataset: Any, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    frame: pl.DataFrame = dataset.to_polars()
    placed = frame.with_columns(where=numbered(f"{source}, split {split}, row "))
    frame = checked(RawTable(placed, {}), source, REQUIRED[1:], [REQUIRED[0], *OPTIONAL], options, notes)
    return frame if "split" in frame.columns else frame.with_columns(split=pl.lit(split))
