"""The words between the app and the engine: one JSON object a line, each way.

Every request carries an `id` that its sender counts up; every reply names the request that it answers,
so that replies to a request that no longer matters can be dropped. A request ends with exactly one final
reply: its own kind of answer or a `Failure`; any number of `Progress` or `TrainingState` may come before it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from hybrid_tui.comparison.certainty import Certainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.comparison.summary import Figure, Point, System

Kind = Literal["model", "collection"]


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


class Wanted(msgspec.Struct, frozen=True):
    """A training as a person asks for it; the rest is settled by the defaults.

    data: collections, files and folders. samplers: one a model. tuning: "auto" to have it chosen.
    steps: 0 for the default. alpha: hybrid's share of mono batches.
    """

    backbone: str
    data: tuple[str, ...]
    samplers: tuple[str, ...]
    tuning: str = "auto"
    steps: int = 0
    alpha: float = 0.5


class PlanTraining(Message, frozen=True):
    """What would a training do? Answered by `TrainingPlan`."""

    wanted: Wanted


class StartTraining(Message, frozen=True):
    """Train, in a process that outlives app and engine. Answered by `TrainingStarted`.

    overwrite: models of the same names, and trainings of them that were stopped, are given up.
    """

    wanted: Wanted
    overwrite: bool = False


class ResumeTraining(Message, frozen=True):
    """Go on with a training that was stopped. Answered by `TrainingStarted`."""

    training: str


class StopTraining(Message, frozen=True):
    """Let a training keep a checkpoint and end. Answered by `Done` at once."""

    training: str


class ListTrainings(Message, frozen=True):
    """Which trainings run, were stopped, have ended? Answered by `Trainings`."""


class FollowTraining(Message, frozen=True):
    """How does a training get on? Any number of `TrainingState`, and `Done` after the last.

    Cancelled, it ends alone: the training goes on.
    """

    training: str


class ListLibrary(Message, frozen=True):
    """What is known of every model and collection? Answered by `Library`."""


class Describe(Message, frozen=True):
    """What is there to tell of a model or a collection? Answered by `Described`."""

    kind: Kind
    name: str


class Add(Message, frozen=True):
    """Keep what a path holds as a model or a collection. Answered by `Added`.

    name: what it is to be called; a model may have its own.
    """

    kind: Kind
    path: str
    name: str = ""


class Remove(Message, frozen=True):
    """Remove a model or a collection of the user's. Answered by `Done`."""

    kind: Kind
    name: str


class ListEvaluations(Message, frozen=True):
    """Which systems were evaluated on a collection as it is now? Answered by `Evaluations`."""

    data: str


class Summarise(Message, frozen=True):
    """What does a kept evaluation come to, and against that of a base? Answered by `Summary`.

    base: empty to hold it against nothing.
    """

    data: str
    system: str
    base: str = ""


class GetCurve(Message, frozen=True):
    """How did the loss fall in a model's training? Answered by `Curve`."""

    model: str


class GetStatus(Message, frozen=True):
    """How is the engine? Answered by `Status`."""


class Cancel(Message, frozen=True):
    """Stop the request `target`, which then ends with `Failure(cancelled=True)`; this one has no answer."""

    target: int


TrainingRequest = (
    PlanTraining | StartTraining | ResumeTraining | StopTraining | ListTrainings | FollowTraining
)
LibraryRequest = ListLibrary | Describe | Add | Remove
Request = (
    ListCatalog
    | ListQuestions
    | Search
    | Locate
    | RankQuestions
    | Warm
    | Measure
    | TrainingRequest
    | LibraryRequest
    | ListEvaluations
    | Summarise
    | GetCurve
    | JudgeCells
    | ListCellQueries
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


class PlannedModel(msgspec.Struct, frozen=True):
    """A model that would be trained: steps of so many rows.

    taken: why its name cannot be had without overwriting; empty where it is free.
    """

    name: str
    sampler: str
    steps: int
    rows: int
    taken: str = ""


class TrainingPlan(Message, frozen=True):
    """Answer to `PlanTraining`: models and settings, or what is wrong, by field of `Wanted`."""

    models: tuple[PlannedModel, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    problems: dict[str, str] = {}


class TrainingStarted(Message, frozen=True):
    """Answer to `StartTraining` and `ResumeTraining`: what the training is called from now on."""

    training: str


class ModelTraining(msgspec.Struct, frozen=True):
    """How far a model is.

    state: "waits", "runs", "stopped", "kept", or "gone" when it was removed since.
    losses: (step, loss) from first to last, means of several steps where there are many. validations:
    (step, loss). mode: of the last step. pairs: rows so far by languages, as `de>en`. rate: rows a second of
    late. seconds: of training so far.
    """

    name: str
    sampler: str
    alpha: float
    steps: int
    rows: int
    state: str
    step: int = 0
    losses: tuple[tuple[int, float], ...] = ()
    validations: tuple[tuple[int, float], ...] = ()
    mode: str = ""
    pairs: dict[str, int] = {}
    rate: float = 0.0
    seconds: float = 0.0


class Training(msgspec.Struct, frozen=True):
    """Models trained one after the other by one process, known by the first one's name.

    state: "starts", "runs", "stopped", "failed" or "ended". problem, hint: why it failed. said: its last
    words. left: estimated seconds until its end, 0 where that is not known.
    """

    name: str
    title: str
    state: str
    models: tuple[ModelTraining, ...]
    problem: str = ""
    hint: str = ""
    said: str = ""
    left: float = 0.0


class Trainings(Message, frozen=True):
    """Answer to `ListTrainings`, the latest first, without losses and pairs."""

    trainings: tuple[Training, ...]


class TrainingState(Message, frozen=True):
    """How a training gets on; more follows."""

    training: Training


class KnownModel(msgspec.Struct, frozen=True):
    """A model in the library; size in bytes on disk, 0 where it is not there.

    own: whether it is the user's, to be removed. evaluations: how many are kept.
    """

    name: str
    backbone: str
    tuning: str
    sampler: str
    size: int
    note: str = ""
    own: bool = False
    evaluations: int = 0


class KnownCollection(msgspec.Struct, frozen=True):
    """A collection in the library; `problem` says what is wrong with a damaged one.

    own, evaluations: as of a model.
    """

    name: str
    languages: tuple[str, ...]
    items: int
    queries: int
    passages: int
    own: bool = False
    evaluations: int = 0
    problem: str = ""


class Library(Message, frozen=True):
    """Answer to `ListLibrary`."""

    models: tuple[KnownModel, ...]
    collections: tuple[KnownCollection, ...]


class Described(Message, frozen=True):
    """Answer to `Describe`: names and values, which may have several lines."""

    facts: tuple[tuple[str, str], ...]


class Added(Message, frozen=True):
    """Answer to `Add`; not `new` where the very same was there already."""

    name: str
    new: bool


class Evaluations(Message, frozen=True):
    """Answer to `ListEvaluations`, by name."""

    systems: tuple[System, ...]


class Summary(Message, frozen=True):
    """Answer to `Summarise`: figures by setting; what the evaluation does not have is absent."""

    figures: dict[str, Figure]


class Curve(Message, frozen=True):
    """Answer to `GetCurve`: (step, mean loss of the steps around it); held_out: of validation pairs."""

    losses: tuple[Point, ...]
    held_out: tuple[Point, ...] = ()


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


TrainingReply = TrainingPlan | TrainingStarted | Trainings | TrainingState
LibraryReply = Library | Described | Added
Reply = (
    Catalog
    | Questions
    | Found
    | Located
    | Rankings
    | Measured
    | TrainingReply
    | LibraryReply
    | Evaluations
    | Summary
    | Curve
    | Judged
    | CellQueries
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
