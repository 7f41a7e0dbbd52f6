"""Training pairs: a query and its passage, or a translated text, for each item and language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.errors import UsageError

Kind = Literal["pairs", "translations"]
_TEXTS = ["data", "item_id", "lang", "query", "passage", "negative"]
COLUMNS = [*_TEXTS, "source", "licence", "query_row", "passage_row"]


class BatchTexts(NamedTuple):
    """What a batch holds, a row each.

    negatives: all hard negatives of each row, none where it has none.
    """

    queries: list[str]
    passages: list[str]
    negatives: list[list[str]]


@dataclass(frozen=True, eq=False)
class FileInputs:
    """The texts of a table: a translated text is a query and a passage."""

    name: str
    fingerprint: str
    rows: pl.DataFrame

    def query_inputs(self, lang: str) -> list[str]:
        """Return the queries of a language, in row order."""
        asked = self.rows.filter(lang=lang).select(pl.coalesce("query", "passage"))
        return asked.to_series().to_list()

    def passage_inputs(self, lang: str, start: int = 0, stop: int | None = None) -> list[str]:
        """Return the passages of a language from `start` to `stop`, in row order."""
        return self.rows.filter(lang=lang)["passage"][start:stop].to_list()

    def passage_count(self, lang: str) -> int:
        """Return how many passages a language has."""
        return self.rows.filter(lang=lang).height


@dataclass(frozen=True, eq=False)
class DataSet:
    """A source of rows, with all of its texts, whatever is trained on; notes: what of it is not used."""

    name: str
    kind: Kind
    inputs: TextInput
    notes: tuple[str, ...] = ()

    @property
    def is_all_of_a_collection(self) -> bool:
        """Whether every question of a collection is trained on, so that none is left to evaluate on."""
        inputs = self.inputs
        return isinstance(inputs, Collection) and ":" not in self.name and "train" not in inputs.splits


@dataclass(frozen=True, eq=False)
class TrainingPairs:
    """Rows to train on, one an item and language, sorted by data set, item and language.

    sets: the data sets. rows: the columns COLUMNS; query is null in translations, whose text is the
    passage; negative, a list of texts, is null for a row without; query_row and passage_row tell where the
    texts stand among the inputs of the data set in their language.
    """

    sets: tuple[DataSet, ...]
    rows: pl.DataFrame

    @property
    def languages(self) -> list[str]:
        """The language codes, sorted."""
        return sorted(self.rows["lang"].unique())

    @cached_property
    def items(self) -> pl.DataFrame:
        """data, item_id and `first`, the row that each item begins at; a row an item."""
        return self.rows.with_row_index("first").group_by("data", "item_id", maintain_order=True).first()

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        return self.items["first"].to_numpy().astype(np.int64)

    @cached_property
    def mask(self) -> NDArray[np.uint64]:
        """Shape (items,), uint64: bit l is set where an item has the language `languages[l]`."""
        code = {lang: 1 << number for number, lang in enumerate(self.languages)}
        bits = self.rows["lang"].replace_strict(code, return_dtype=pl.UInt64).to_numpy()
        return np.bitwise_or.reduceat(bits, self._firsts)

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits of what the rows say."""
        digest = hashlib.sha256()
        for column in _TEXTS:
            texts = self.rows[column].list.join("\x1d") if column == "negative" else self.rows[column]
            digest.update("\x1f".join(texts.fill_null("\x00")).encode(errors="surrogatepass"))
            digest.update(b"\x1e")
        return digest.hexdigest()[:32]

    def row_numbers(self, items: NDArray[np.int32], langs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each item in each language, all shape (n,); each item must have its language."""
        below = self.mask[items] & ((np.uint64(1) << langs.astype(np.uint64)) - np.uint64(1))
        return self._firsts[items] + np.bitwise_count(below).astype(np.int64)

    def texts(self, queries: NDArray[np.int64], passages: NDArray[np.int64]) -> BatchTexts:
        """Return the texts of rows, shape (n,) each; a negative belongs to the passage's row."""
        asked = self.rows.select(pl.coalesce("query", "passage"))[queries].to_series()
        answers = self.rows.select("passage", "negative")[passages]
        negatives = [each or [] for each in answers["negative"].to_list()]
        return BatchTexts(asked.to_list(), answers["passage"].to_list(), negatives)

    def only(self, langs: Sequence[str]) -> TrainingPairs:
        """Return what there is in some languages; UsageError, naming it, for one that has none."""
        for lang in langs:
            if lang not in self.languages:
                raise UsageError(
                    f"there are no rows in {lang} to train on", f"there are: {', '.join(self.languages)}"
                )
        return self._kept(pl.col("lang").is_in(list(langs)))

    def split(self, share: float, group: NDArray[np.int32]) -> tuple[TrainingPairs, TrainingPairs]:
        """Return the rows to train on and the rest, about `share` of each data set's items, to validate on.

        group: shape (items,); items of one group share a text and stay together. Which items are held out
        depends on their ids alone. Raises UsageError where nothing is left on one of the sides.
        """
        ids = self.items["item_id"].to_list()
        leader = [ids[first] for first in np.unique(group, return_index=True)[1]]
        chance = np.array([int.from_bytes(_digest(each)[:8], "big") / 2**64 for each in leader])
        held = np.repeat((chance < share)[group], np.diff([*self._firsts, len(self.rows)]))
        if held.all() or not held.any():
            use = "train" if held.all() else "validate"
            what = f"{share:.0%} of {len(ids):,} items leaves nothing to {use} on"
            raise UsageError(what, "choose another share with --validation")
        return self._kept(~pl.Series(held)), self._kept(pl.Series(held))

    def _kept(self, which: pl.Expr | pl.Series) -> TrainingPairs:
        rows = self.rows.filter(which)
        names = set(rows["data"].unique())
        return TrainingPairs(tuple(each for each in self.sets if each.name in names), rows)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
