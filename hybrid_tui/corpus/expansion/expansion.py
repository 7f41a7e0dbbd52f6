"""Queries of a collection written anew by a language model, and kept as a variant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from hybrid_tui.corpus import variants
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.expansion.chain import Chain, Written
from hybrid_tui.endpoints.requests import answered
from hybrid_tui.errors import UsageError
from hybrid_tui.jobs import locks

Counter = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class Question(NamedTuple):
    """A query to be written anew."""

    item_id: str
    lang: str
    text: str


@dataclass(frozen=True)
class Estimate:
    """What is to come.

    texts: queries that are asked for. there: those that the variant has. calls: at most. prompt_tokens:
    about. answer_tokens: at most; 0 where a prompt sets no limit.
    """

    texts: int
    there: int
    calls: int
    prompt_tokens: int
    answer_tokens: int


@dataclass
class Tally:
    """What came of it and what it took: texts, `empty` ones left out, those `cut` at their limit."""

    written: int = 0
    empty: int = 0
    cut: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0

    def count(self, found: Written) -> None:
        """Take what came of one query."""
        self.written += bool(found.text)
        self.empty += not found.text
        self.cut += found.cut and bool(found.text)
        self.calls += len(found.fresh)
        self.prompt_tokens += sum(each.prompt_tokens for each in found.fresh)
        self.answer_tokens += sum(each.answer_tokens for each in found.fresh)


@dataclass(frozen=True, eq=False)
class Expansion:
    """Which queries are written anew, and how.

    collection: or a split, whose variants are those of the whole. langs: of the queries. overwrite: replace
    texts of other prompts or models.
    """

    collection: Collection
    chain: Chain
    variant: str
    langs: tuple[str, ...]
    overwrite: bool = False

    @cached_property
    def questions(self) -> list[Question]:
        """The queries that are asked for, each item and language once."""
        asked = self.collection.queries.filter(pl.col("lang").is_in(self.langs))
        once = asked.unique(variants.KEY, keep="first", maintain_order=True)
        return [Question(*row) for row in once.select(Question._fields).iter_rows()]

    @cached_property
    def lacking(self) -> list[Question]:
        """Those that the variant does not have from these prompts and this model.

        Raises UsageError for texts of others that are not to be replaced.
        """
        there = variants.read(self.collection.name, self.variant).select(*variants.KEY, *variants.WRITTEN)
        made = {(item, lang): origin for item, lang, *origin in there.iter_rows()}
        origins = {lang: list(self.chain.origin(lang)) for lang in self.langs}
        found = [each for each in self.questions if made.get(each[:2]) != origins[each.lang]]
        others = sum(each[:2] in made for each in found)
        if others and not self.overwrite:
            raise UsageError(
                f"{others:,} texts of the variant {self.variant} are of another prompt or model",
                "choose another name with --variant, or say --overwrite",
            )
        return found

    def estimate(self) -> Estimate:
        """Return how much is to be asked, what is kept left out."""
        calls = [call for each in self.lacking for call in self.chain.calls(each.text, each.lang)]
        most = [limit for _, limit in calls]
        return Estimate(
            len(self.questions),
            len(self.questions) - len(self.lacking),
            len(calls),
            sum(tokens for tokens, _ in calls),
            sum(most) if all(most) else 0,
        )

    def run(self, counter: Counter, cancelled: Cancelled | None = None) -> Tally:
        """Ask for what is lacking and keep it; what was answered is kept however it ends.

        Raises HybridTuiError for an endpoint that fails, Cancelled when `cancelled()` turns true.
        """
        try:
            with locks.held(f"{self.collection.name.partition(':')[0]}-{self.variant}", "expand"):
                return self._gathered(counter, cancelled)
        except locks.Held as error:
            raise UsageError(
                f"another process is writing the variant {self.variant}", "wait for it"
            ) from error

    def _gathered(self, counter: Counter, cancelled: Cancelled | None) -> Tally:
        tally, rows, total = Tally(), list[tuple[str, ...]](), len(self.lacking)
        most = self.chain.client.endpoint.concurrency
        counter(0, total)
        try:
            each = answered(
                lambda asked: self.chain.write(asked.text, asked.lang), self.lacking, most, cancelled
            )
            for done, (question, found) in enumerate(each, 1):
                tally.count(found)
                if found.text:
                    rows.append(self._row(question, found.text))
                counter(done, total)
        finally:
            if rows:
                self._keep(rows)
        return tally

    def _row(self, asked: Question, text: str) -> tuple[str, ...]:
        return asked.item_id, asked.lang, text, self.chain.to or asked.lang, *self.chain.origin(asked.lang)

    def _keep(self, rows: list[tuple[str, ...]]) -> None:
        frame = pl.DataFrame(rows, variants.SCHEMA, orient="row").with_columns(where=pl.lit(self.variant))
        variants.keep(self.collection.name, self.variant, frame, overwrite=self.overwrite)
