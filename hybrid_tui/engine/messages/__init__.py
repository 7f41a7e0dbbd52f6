"""The words between the app and the engine: one JSON object a line, each way.

Every request carries an `id` that its sender counts up; every reply names the request that it answers,
so that replies to a request that no longer matters can be dropped. A request ends with exactly one final
reply: its own kind of answer or a `Failure`; any number of `Progress` or `TrainingState` may come before it.
"""

from __future__ import annotations

import msgspec

from hybrid_tui.engine.messages.base import (
    Cancel,
    Catalog,
    CollectionInfo,
    Done,
    Failure,
    GetStatus,
    ListCatalog,
    Message,
    ModelInfo,
    Progress,
    Status,
)
from hybrid_tui.engine.messages.library import (
    Add,
    Added,
    Describe,
    Description,
    Kind,
    KnownCollection,
    KnownModel,
    Library,
    ListLibrary,
    Remove,
)
from hybrid_tui.engine.messages.measuring import (
    CellQuery,
    CellQueryList,
    Curve,
    Evaluations,
    GetCurve,
    JudgeCells,
    Judged,
    ListCellQueries,
    ListEvaluations,
    Measured,
    MeasureMatrices,
    Summarise,
    SystemSummary,
)
from hybrid_tui.engine.messages.searching import (
    Found,
    ListQuestions,
    Locate,
    Located,
    Question,
    Questions,
    RankFigures,
    Rankings,
    RankQuestions,
    Search,
    Warm,
)
from hybrid_tui.engine.messages.training import (
    FollowTraining,
    ListTrainings,
    ModelTraining,
    PlannedModel,
    PlanTraining,
    ResumeTraining,
    StartTraining,
    StopTraining,
    Training,
    TrainingList,
    TrainingPlan,
    TrainingSpec,
    TrainingStarted,
    TrainingState,
)

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
    | MeasureMatrices
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

TrainingReply = TrainingPlan | TrainingStarted | TrainingList | TrainingState
LibraryReply = Library | Description | Added
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
    | SystemSummary
    | Curve
    | Judged
    | CellQueryList
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


__all__ = [
    "Add",
    "Added",
    "Cancel",
    "Catalog",
    "CellQuery",
    "CellQueryList",
    "CollectionInfo",
    "Curve",
    "Describe",
    "Description",
    "Done",
    "Evaluations",
    "Failure",
    "FollowTraining",
    "Found",
    "GetCurve",
    "GetStatus",
    "JudgeCells",
    "Judged",
    "Kind",
    "KnownCollection",
    "KnownModel",
    "Library",
    "LibraryReply",
    "LibraryRequest",
    "ListCatalog",
    "ListCellQueries",
    "ListEvaluations",
    "ListLibrary",
    "ListQuestions",
    "ListTrainings",
    "Locate",
    "Located",
    "MeasureMatrices",
    "Measured",
    "Message",
    "ModelInfo",
    "ModelTraining",
    "PlanTraining",
    "PlannedModel",
    "Progress",
    "Question",
    "Questions",
    "RankFigures",
    "RankQuestions",
    "Rankings",
    "Remove",
    "Reply",
    "Request",
    "ResumeTraining",
    "Search",
    "StartTraining",
    "Status",
    "StopTraining",
    "Summarise",
    "SystemSummary",
    "Training",
    "TrainingList",
    "TrainingPlan",
    "TrainingReply",
    "TrainingRequest",
    "TrainingSpec",
    "TrainingStarted",
    "TrainingState",
    "Warm",
    "reply_from",
    "request_from",
    "to_line",
]
