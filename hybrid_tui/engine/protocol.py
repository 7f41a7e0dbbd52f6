"""The words between the app and the engine: one JSON object a line, each way.

Every request carries an `id` that its sender counts up; every reply names the request that it answers,
so that replies to a request that no longer matters can be dropped. A request ends with exactly one final
reply: its own kind of answer or a `Failure`; any number of `Progress` may come before it.
"""

from __future__ import annotations

import msgspec

from hybrid_tui.comparison.certainty import Certainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.ranking import Ranking


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Any message; `id` is the number of its request."""

    id: int = 0


# --- requests -----------------------------------------------------------------------------------------


class ListCatalog(Message, frozen=True):
    """Which collections and models are there? Answered by `Catalog`."""


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


class Measure(Message, frozen=True):
    """How well does a system retrieve, by pair of languages? Answered by `Measured`, `Progress` on the way.

    system: a model, MODEL+CORRECTION, or the name of a kept evaluation. What is not kept is evaluated,
    which takes time. measures: names of `comparison.measures`; empty for all that ranks are enough for.
    """

    data: str
    system: str
    measures: tuple[str, ...] = ()


class JudgeCells(Message, frozen=True):
    """How sure are the cells of a matrix, or of two systems' difference, the second less the first?

    Answered by `Judged`, with `Progress` on the way. systems: one or two, as in `Measure`.
    """

    data: str
    systems: tuple[str, ...]
    measure: str


class ListCellQueries(Message, frozen=True):
    """Which queries that contain `text` are behind a cell, worst first? Answered by `CellQueries`.

    systems: one, or two to list by their difference. row, column: the cell's labels.
    """

    data: str
    systems: tuple[str, ...]
    measure: str
    row: str
    column: str
    text: str = ""
    limit: int = 500


class ListEvaluated(Message, frozen=True):
    """Which systems have a kept evaluation on a collection? Answered by `Evaluated`."""

    data: str


class GetStatus(Message, frozen=True):
    """How is the engine? Answered by `Status`."""


class Cancel(Message, frozen=True):
    """Stop the request `target`, which then ends with `Failure(cancelled=True)`; this one has no answer."""

    target: int


Request = (
    ListCatalog
    | ListQuestions
    | Search
    | Locate
    | RankQuestions
    | Warm
    | Measure
    | JudgeCells
    | ListCellQueries
    | ListEvaluated
    | GetStatus
    | Cancel
)

# --- replies ------------------------------------------------------------------------------------------


class CollectionInfo(msgspec.Struct, frozen=True):
    """A collection as a picker shows it."""

    name: str
    languages: tuple[str, ...]
    queries: int
    passages: int


class ModelInfo(msgspec.Struct, frozen=True):
    """A model as a picker shows it; `available` without a download, `note` says more in a few words.

    sampler: how the batches of its training were drawn; empty for a backbone.
    """

    name: str
    summary: str
    available: bool
    note: str = ""
    sampler: str = ""


class Question(msgspec.Struct, frozen=True):
    """One of the collection's own queries; `item_id` is the same for its versions in other languages."""

    query_id: str
    lang: str
    text: str
    topic: str = ""
    item_id: str = ""


class Figures(msgspec.Struct, frozen=True):
    """How the `relevant` passages of a question stand among all passages searched, without a cut-off.

    ap: average precision in [0, 1]. best: the first one's rank. distance: the last one's rank less the
    first one's.
    """

    ap: float
    best: int
    distance: int
    relevant: int


class Catalog(Message, frozen=True):
    """Answer to `ListCatalog`."""

    collections: tuple[CollectionInfo, ...]
    models: tuple[ModelInfo, ...]


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
    pool: dict[str, int] = {}
    figures: Figures | None = None


class Located(Message, frozen=True):
    """Answer to `Locate`; None where the passage is not searched, or ranked too deep to be looked for."""

    rank: int | None


class Rankings(Message, frozen=True):
    """Answer to `RankQuestions`: the ids of the first k passages of each question, best first."""

    questions: tuple[Question, ...]
    passages: tuple[tuple[str, ...], ...]


class Measured(Message, frozen=True):
    """Answer to `Measure`: what there is to show as heatmaps, by name; none of bias for one language."""

    matrices: dict[str, Matrix]


class Judged(Message, frozen=True):
    """Answer to `JudgeCells`; None where there is no such matrix."""

    certainty: Certainty | None


class CellQuery(msgspec.Struct, frozen=True):
    """A question behind a cell; values and ranks as in `evaluation.worst`, one for each system."""

    question: Question
    values: tuple[float, ...]
    ranks: tuple[int | None, ...]


class CellQueries(Message, frozen=True):
    """Answer to `ListCellQueries`; `total` counts the matches, of which `queries` are the first."""

    queries: tuple[CellQuery, ...]
    total: int


class Evaluated(Message, frozen=True):
    """Answer to `ListEvaluated`, sorted by name."""

    systems: tuple[str, ...]


class Done(Message, frozen=True):
    """The request was carried out."""


class Status(Message, frozen=True):
    """Answer to `GetStatus`; resident memory in bytes, models whose encoder is loaded."""

    pid: int
    memory: int
    loaded: tuple[str, ...]


class Progress(Message, frozen=True):
    """How far a request is: `step` in words, `done` of `total` texts (0 of 0 while that is unknown)."""

    step: str
    done: int = 0
    total: int = 0


class Failure(Message, frozen=True):
    """The request failed: what was wrong, what to do. `cancelled` when the sender asked for it."""

    message: str
    hint: str = ""
    cancelled: bool = False


Reply = (
    Catalog
    | Questions
    | Found
    | Located
    | Rankings
    | Measured
    | Judged
    | CellQueries
    | Evaluated
    | Done
    | Status
    | Progress
    | Failure
)

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def to_line(message: Message) -> bytes:
    """Encode a message as one line of JSON, newline included."""
    return _encoder.encode(message) + b"\n"


def request_from(line: bytes) -> Request:
    """Decode a request; raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    return _requests.decode(line)


def reply_from(line: bytes) -> Reply:
    """Decode a reply; raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    return _replies.decode(line)
