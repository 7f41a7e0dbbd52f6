"""The words between the app and the engine: one JSON object a line, each way.

Every request carries an `id` that its sender counts up; every reply names the request that it answers,
so that replies to a request that no longer matters can be dropped. A request ends with exactly one final
reply: its own kind of answer or a `Failure`; any number of `Progress` or `TrainingState` may come before it.
"""

from __future__ import annotations

import msgspec

from hybrid_tui.engine.protocol.base import (
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
from hybrid_tui.engine.protocol.library import (
    Add,
    Added,
    Describe,
    Described,
    Kind,
    KnownCollection,
    KnownModel,
    Library,
    ListLibrary,
    Remove,
)
from hybrid_tui.engine.protocol.measuring import (
    CellQueries,
    CellQuery,
    Curve,
    Evaluations,
    GetCurve,
    JudgeCells,
    Judged,
    ListCellQueries,
    ListEvaluations,
    Measure,
    Measured,
    Summarise,
    Summary,
)
from hybrid_tui.engine.protocol.searching import (
    Figures,
    Found,
    ListQuestions,
    Locate,
    Located,
    Question,
    Questions,
    Rankings,
    RankQuestions,
    Search,
    Warm,
)
from hybrid_tui.engine.protocol.training import (
    FollowTraining,
    ListTrainings,
    ModelTraining,
    PlannedModel,
    PlanTraining,
    ResumeTraining,
    StartTraining,
    StopTraining,
    Training,
    TrainingPlan,
    Trainings,
    TrainingStarted,
    TrainingState,
    Wanted,
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


__all__ = [
    "Add",
    "Added",
    "Cancel",
    "Catalog",
    "CellQueries",
    "CellQuery",
    "CollectionInfo",
    "Curve",
    "Describe",
    "Described",
    "Done",
    "Evaluations",
    "Failure",
    "Figures",
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
    "Measure",
    "Measured",
    "Message",
    "ModelInfo",
    "ModelTraining",
    "PlanTraining",
    "PlannedModel",
    "Progress",
    "Question",
    "Questions",
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
    "Summary",
    "Training",
    "TrainingPlan",
    "TrainingReply",
    "TrainingRequest",
    "TrainingStarted",
    "TrainingState",
    "Trainings",
    "Wanted",
    "Warm",
    "reply_from",
    "request_from",
    "to_line",
]
