"""Searches: rankings, a collection's own questions, ranks of single passages."""

from __future__ import annotations

import msgspec

from hybrid_tui.api.records import Question, Quicker, RankFigures
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine.messages.base import Done, Interim, Reply, Request


class Questions(Reply, frozen=True):
    """The first of `total` questions."""

    questions: tuple[Question, ...]
    total: int


class ListQuestions(Request[Questions], frozen=True):
    """List the collection's own questions in one language that contain `text`."""

    data: str
    lang: str
    text: str = ""
    limit: int = 500


class Found(Reply, frozen=True):
    """A ranking.

    pool: the passages searched, by language. figures: of one of the collection's questions; None where
    its relevant passages are none, or ranked too deep to be looked for.
    """

    ranking: Ranking
    pool: dict[str, int] = msgspec.field(default_factory=dict)
    figures: RankFigures | None = None


class FoundSoFar(Interim, frozen=True):
    """A ranking of the passages that are encoded so far; its `missing` tells how many are not.

    pool: the passages ranked, by language.
    """

    ranking: Ranking
    pool: dict[str, int] = msgspec.field(default_factory=dict)


class Search(Request[Found], frozen=True):
    """Rank the passages of `langs` for a query under one system; `FoundSoFar` comes while they are encoded.

    query: the text typed; of a collection's own question its text as well.
    query_id: the collection's question, empty for a free query; its stored embedding needs no encoder.
    query_lang: a code, or "auto" to detect it.
    langs: passage languages; empty for all of the collection's.
    system: in its written form, such as `me5-small+center`. forms: other forms of a query that was typed, as
    (variant, text).
    encode: whether to encode passages that are not yet; else `ranking.missing` tells how many are left out.
    """

    data: str
    system: str
    query: str
    query_id: str = ""
    query_lang: str = "auto"
    langs: tuple[str, ...] = ()
    k: int = 10
    forms: tuple[tuple[str, str], ...] = ()
    encode: bool = True


class EncodingEstimate(Reply, frozen=True):
    """How long encoding is likely to take, and what would be quicker, the quickest first.

    texts: those that are to be encoded. needs: what must be downloaded before; the seconds may be 0 then.
    """

    texts: int
    seconds: float
    needs: str = ""
    quicker: tuple[Quicker, ...] = ()


class EstimateEncoding(Request[EncodingEstimate], frozen=True):
    """Tell what a search would encode first; a model whose speed is not known encodes a few texts."""

    search: Search


class Located(Reply, frozen=True):
    """A passage's rank; None where it is not searched, or ranked too deep to be looked for."""

    rank: int | None


class Locate(Request[Located], frozen=True):
    """Find the rank of one passage in a search, whose k does not matter."""

    search: Search
    passage_id: str


class Rankings(Reply, frozen=True):
    """The ids of the first k passages of each question, best first.

    trained_on: how many of the collection's questions the model was trained on.
    """

    questions: tuple[Question, ...]
    passages: tuple[tuple[str, ...], ...]
    trained_on: int = 0


class RankQuestions(Request[Rankings], frozen=True):
    """Rank the passages of `langs` for the first `limit` questions of a language, with `Progress` on the way.

    langs, k, system: as in `Search`.
    """

    data: str
    system: str
    lang: str
    langs: tuple[str, ...] = ()
    k: int = 10
    limit: int = 5000


class Warm(Request[Done], frozen=True):
    """Load the models of a system now, with `Progress` on the way."""

    system: str
