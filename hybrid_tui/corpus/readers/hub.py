"""Reader of datasets of the Hugging Face hub, `owner/name` or `owner/name:config`: pairs, or mteb's form.

Of the latter, `owner/name:de,en` are some of the subsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from hybrid_tui.corpus import hub_reach
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import judgements, mteb
from hybrid_tui.corpus.readers.columns import RawTable, checked
from hybrid_tui.corpus.readers.files import Tables, numbered
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.subsets import subsets
from hybrid_tui.corpus.readers.tabular import OPTIONAL, REQUIRED, tables_of
from hybrid_tui.corpus.table_files import split_name
from hybrid_tui.errors import DataError

NAME = "hub"
LOOKS_FOR = "a Hugging Face dataset, owner/name or owner/name:config, with item_id, lang, query, passage"
_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(:[\w.,-]+)?")


def fits(source: str) -> bool:
    """Tell whether `source`, which is no path that exists, can name a dataset of the hub."""
    return bool(_ID.fullmatch(source)) and not split_name(Path(source))[1]


def read(source: str, options: ReadOptions, notes: Notes) -> Tables:
    """Load every split of a dataset, or its corpus, queries and judgements; its code is never run.

    Raises DataError when it cannot be had (offline, no such dataset or config) or lacks a column.
    """
    name, _, config = source.partition(":")
    data = HubDataset(name, options, notes)
    wanted = [each for each in config.split(",") if each]
    if not {*wanted} & {*data.parts()} and any(not each.lacks for each in subsets(data.parts()).values()):
        return mteb.tables(data, options, notes, wanted)
    frames = []
    for split, found in data.load(config or None).items():
        frame = data.checked(found, f"{source}, split {split}", REQUIRED[1:], [REQUIRED[0], *OPTIONAL])
        frames.append(frame if "split" in frame.columns else frame.with_columns(split=pl.lit(str(split))))
    return tables_of(pl.concat(frames, how="diagonal"), notes)


class HubDataset:
    """A dataset of the hub; its configs are parts, so that it is a `mteb.Source`.

    Every method raises DataError for what cannot be had.
    """

    def __init__(self, name: str, options: ReadOptions, notes: Notes) -> None:
        self.name = name
        self._options, self._notes = options, notes

    def parts(self) -> list[str]:
        """Return the names of its configs."""
        return self._configs

    def splits(self, part: str) -> list[str]:
        """Return the names of the splits of a config."""
        from datasets import inspect

        with self._loading():
            return [str(each) for each in inspect.get_dataset_split_names(self.name, part)]

    def table(self, part: str, split: str, required: list[str], optional: list[str]) -> pl.DataFrame:
        """Return columns of a split of a config, as `columns.checked` does."""
        found = self.load(part, split)
        return self.checked(found, f"{self.name}:{part}, split {split}", required, optional)

    def judged(self, part: str, split: str) -> pl.DataFrame:
        """Return the judgements in a split of a config."""
        found = self.table(part, split, judgements.COLUMNS, [])
        return judgements.scored(judgements.renamed(found), self._notes)

    def load(self, config: str | None, split: str | None = None) -> Any:
        """Return a split of a config; without one, a mapping of all by name."""
        from datasets.load import load_dataset

        with self._loading(config or ""):
            return load_dataset(self.name, config, split=split)

    def checked(self, dataset: Any, place: str, required: list[str], optional: list[str]) -> pl.DataFrame:
        """Return columns of a split that was loaded, as `columns.checked` does."""
        frame: pl.DataFrame = dataset.to_polars()
        placed = RawTable(frame.with_columns(where=numbered(f"{place}, row ")), {})
        return checked(placed, place, required, optional, self._options, self._notes)

    @cached_property
    def _configs(self) -> list[str]:
        from datasets import inspect

        with self._loading():
            return [str(each) for each in inspect.get_dataset_config_names(self.name)]

    @cached_property
    def _reached(self) -> bool:
        """Whether the hub answers at all."""
        return hub_reach.answers()

    @contextmanager
    def _loading(self, config: str = "") -> Iterator[None]:
        """Raise DataError for whatever the block raises.

        Where the hub is not reached the block looks into the cache alone: it would try for half a minute.
        """
        try:
            with hub_reach.cache_alone(unless=self._reached):
                yield
        except Exception as error:  # the loader lets through whatever its many formats raise
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            if not self._reached:
                reason = "the hub cannot be reached, and no earlier download is kept"
            named = f"{self.name}:{config}" if config else self.name
            raise DataError(
                f"cannot load the dataset {named} from the Hugging Face hub: {reason}",
                "check the name and the network; or download its files and name their folder",
            ) from error
