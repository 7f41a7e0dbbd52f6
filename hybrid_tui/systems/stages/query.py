"""`query:en:.5`: another form of the query, mixed with it, joined to it, or fused with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Self, cast

from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections.correction import short

How = Literal["mix", "concat", "rrf"]
HALF = 0.5


@dataclass(frozen=True)
class QueryVariant:
    """Another form of each query (PROTOCOL 8; arXiv 2511.19325, 2606.13537).

    variant: a language, whose version of the query is taken, or the name of a kept variant.
    how: `mix`, norm((1 - w) f(q) + w f(v)) of embeddings; `concat`, the texts joined, the query first;
    `rrf`, the rankings of both fused. weight: w, from 0 to 1; 1 takes the variant in the query's place.
    """

    kind: ClassVar[str] = "form of the query"
    place: ClassVar[int] = 2
    variant: str
    how: How = "mix"
    weight: float = HALF

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `query:VARIANT`, `query:VARIANT:WEIGHT`, `query:VARIANT:concat` or `query:VARIANT:rrf`."""
        variant, _, told = text.partition(":")[2].partition(":")
        if not variant:
            raise UsageError("query names no variant", "write query:en:.5")
        if told in ("concat", "rrf"):
            return cls(variant, cast("How", told))
        try:
            weight = float(told) if told else HALF
        except ValueError:
            weight = -1.0
        if not 0 <= weight <= 1:
            raise UsageError(f"{told!r} is no weight", "write a number from 0 to 1, concat or rrf")
        return cls(variant, weight=weight)

    def __str__(self) -> str:
        return f"query:{self.variant}:{short(self.weight) if self.how == 'mix' else self.how}"
