"""Records that calls return and messages to the app carry: plain values, no arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["model", "collection"]


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection as a picker shows it; variants: kept forms of its queries, not those in its languages."""

    name: str
    languages: tuple[str, ...]
    queries: int
    passages: int
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as a picker shows it; `available` without a download, `note` says more in a few words.

    sampler: how the batches of its training were drawn; empty for a backbone. trained_on: names of its
    training data.
    """

    name: str
    summary: str
    available: bool
    note: str = ""
    sampler: str = ""
    trained_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunInfo:
    """An imported run in short.

    depth: how many passages a query it ranks at most, 0 where it ranks them all. tag: what its file calls the
    system that made it.
    """

    name: str
    collection: str
    queries: int
    depth: int = 0
    tag: str = ""

    @property
    def written(self) -> str:
        """What names it as a system, told from any model."""
        return f"run:{self.name}"


@dataclass(frozen=True, slots=True)
class SamplerInfo:
    """A way to draw batches as a picker shows it."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class KnownModel:
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


@dataclass(frozen=True, slots=True)
class KnownCollection:
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


@dataclass(frozen=True, slots=True)
class Question:
    """One of a collection's own queries; `item_id` is the same for its versions in other languages."""

    query_id: str
    lang: str
    text: str
    topic: str = ""
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class Quicker:
    """A search that is answered sooner: `seconds` of encoding, 0 where all is there.

    name: of the model, the language or the split that is to be chosen instead.
    """

    kind: Literal["model", "language", "split"]
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RankFigures:
    """How the `relevant` passages of a question stand among all passages searched, without a cut-off.

    ap: average precision in [0, 1]. best: the first one's rank. distance: the last one's rank less the
    first one's.
    """

    ap: float
    best: int
    distance: int
    relevant: int


@dataclass(frozen=True, slots=True)
class CellQuery:
    """A question behind a cell; values and ranks as in `evaluation.worst_queries`, one for each system."""

    question: Question
    values: tuple[float, ...]
    ranks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """A model that would be trained: steps of so many rows.

    taken: why its name cannot be had without overwriting; empty where it is free.
    """

    name: str
    sampler: str
    steps: int
    rows: int
    taken: str = ""


@dataclass(frozen=True, slots=True)
class TrainingPreview:
    """A training before it is started: models and facts in words, or what is wrong, by field.

    problems: keys are "backbone", "data", "tuning" and "sampler".
    """

    models: tuple[PlannedModel, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelTraining:
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
    pairs: dict[str, int] = field(default_factory=dict)
    rate: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Training:
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


@dataclass(frozen=True, slots=True)
class Job:
    """Work in a process of its own, which outlives whoever started it.

    kind: "training" or "evaluation". name: what it is known by. title: in words, without the kind.
    state: "starts", "runs", "stopped", "failed" or "ended". step: what it does, or did last, in words.
    done, total: how much of that, 0 of 0 where that is not known. left: estimated seconds until the step's
    end, 0 where that is not known. problem, hint: why it failed. number: which of its `steps` that is, 0 of 0
    where that is not known; the only one tells of the whole job.
    """

    kind: str
    name: str
    title: str
    state: str
    step: str = ""
    done: int = 0
    total: int = 0
    left: float = 0.0
    problem: str = ""
    hint: str = ""
    number: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class EvaluationEstimate:
    """What evaluating systems on a collection would take.

    systems: those that are not evaluated yet. texts: how many are to be encoded. seconds: 0 where nothing is
    to be done. quick: whether it may begin unasked. guess: whether the speed of a model on this machine is
    not known; the seconds are then those of a slow model, not to be shown.
    """

    data: str
    systems: tuple[str, ...]
    texts: int
    seconds: float
    quick: bool
    guess: bool
