"""Searching: rankings, questions, ranks of single passages."""

from __future__ import annotations

import msgspec

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine.messages.base import Message


class ListQuestions(Message, frozen=True):
    """The collection's own questions in one language that contain `text`. Answered by `Questions`."""

    data: str
    lang: str
    text: str = ""
    limit: int = 500


class Search(Message, frozen=True):
    """Rank the passages of `langs` for a query under one model. Answered by `Found`.

    query: the text typed; of a collection's own question its text as well.
    query_id: the collection's question, empty for a free query; its stored embedding needs no encoder.
    query_lang: a code, or "auto" to detect it.
    langs: passage languages; empty for all of the collection's.
    correction: as typed, such as `center` or `shift:pivot=de`.
    """

    data: str
    model: str
    query: str
    query_id: str = ""
    query_lang: str = "auto"
    langs: tuple[str, ...] = ()
    k: int = 10
    correction: str = "none"


class Locate(Message, frozen=True):
    """At which rank does a search find one passage? Answered by `Located`; the search's k does not matter."""

    search: Search
    passage_id: str


class RankQuestions(Message, frozen=True):
    """Rank the passages of `langs` for the first `limit` questions of a language under one model.

    Answered by `Rankings`, with `Progress` on the way. langs, k, correction: as in `Search`.
    """

    data: str
    model: str
    lang: str
    langs: tuple[str, ...] = ()
    k: int = 10
    correction: str = "none"
    limit: int = 5000


class Warm(Message, frozen=True):
    """Load the model and the collection's index now. Answered by `Done`, with `Progress` on the way."""

    data: str
    model: str


class Question(msgspec.Struct, frozen=True):
    """One of the collection's own queries; `item_id` is the same for its versions in other languages."""

    query_id: str
    lang: str
    text: str
    topic: str = ""
    item_id: str = ""


class RankFigures(msgspec.Struct, frozen=True):
    """How the `relevant` passages of a question stand among all passages searched, without a cut-off.

    ap: average precision in [0, 1]. best: the first one's rank. distance: the last one's rank less the
    first one's.
    """

    ap: float
    best: int
    distance: int
    relevant: int


class Questions(Message, frozen=True):
    """Answer to `ListQuestions`; `total` counts the matches, of which `questions` are the first."""

    questions: tuple[Question, ...]
    total: int


class Found(Message, frozen=True):
    """Answer to `Search`.

    pool: the passages searched, by language. figures: of one of the collection's questions; None where
    its relevant passages are none, or ranked too deep to be looked for.
    """

    ranking: Ranking
    pool: dict[str, int] = msgspec.field(default_factory=dict)
    figures: RankFigures | None = None


class Located(Message, frozen=True):
    """Answer to `Locate`; None where the passage is not searched, or ranked too deep to be looked for."""

    rank: int | None


class Rankings(Message, frozen=True):
    """Answer to `RankQuestions`: the ids of the first k passages of each question, best first."""

    questions: tuple[Question, ...]
    passages: tuple[tuple[str, ...], ...]
