"""Types of the JSON that each command prints with --json.

`python -m hybrid_tui.cli.schemas > docs/json.md` documents them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

import msgspec

from hybrid_tui.api.collections import CollectionEntry
from hybrid_tui.api.diagnoses import Finding, LanguageShare
from hybrid_tui.api.embeddings import Usage
from hybrid_tui.api.expansions import ExpandedQueries
from hybrid_tui.api.records import Job, RunInfo
from hybrid_tui.api.variants import AddedVariants, VariantEntry
from hybrid_tui.cli.doctor import Check

Metrics = dict[str, float]
Cells = list[list[float | None]]


class HitJson(TypedDict):
    """A passage; score: of the system; before: its rank before fusion or reranking, null without these."""

    rank: int
    passage_id: str
    lang: str
    score: float
    text: str
    context: str
    before: int | None


class RankingJson(TypedDict):
    """A ranking; pool: passages ranked; seconds: by stage; index_recall: of the exact top 10."""

    system: str
    data: str
    query_lang: str
    langs: list[str]
    pool: int
    hits: list[HitJson]
    seconds: dict[str, float]
    trained_on: int
    index_recall: float


class SearchJson(TypedDict):
    """`search`."""

    query: str
    results: list[RankingJson]


EvaluationJson = TypedDict(
    "EvaluationJson",
    {
        "system": str,
        "model": str,
        "correction": str,
        "trained_on_questions": int,
        "monolingual": NotRequired[Metrics],
        "cross-lingual": NotRequired[Metrics],
        "multilingual": NotRequired[Metrics],
        "depth": NotRequired[int],
        "told": NotRequired[dict[str, dict[str, int]]],
        "left_out": NotRequired[int],
        "rank_distance": NotRequired[float],
        "normalised_rank_distance": NotRequired[float],
        "language_preference_rate": NotRequired[float],
        "PEER@10": NotRequired[float],
        "TLR@10": NotRequired[float],
        "MRC@10": NotRequired[float],
        "first: relevant, query language": NotRequired[float],
        "first: relevant, other language": NotRequired[float],
        "first: irrelevant, query language": NotRequired[float],
        "first: irrelevant, other language": NotRequired[float],
        "friedman_chi2": NotRequired[float],
        "kendall_w": NotRequired[float],
        "friedman_blocks": NotRequired[float],
        "queries": NotRequired[float],
        "one_relevant": NotRequired[float],
        "not_retrieved": NotRequired[float],
        "by_language": dict[str, dict[str, Metrics]],
        "by_pair": dict[str, dict[str, Metrics]],
        "seconds": dict[str, float],
    },
)


class EvaluateJson(TypedDict):
    """`evaluate`."""

    collection: str
    results: list[EvaluationJson]


class ComparisonJson(TypedDict):
    """B less A, as `evaluation.significance.Comparison` says."""

    items: int
    unit: str
    units: int
    design_effect: float | None
    a: float
    b: float
    difference: float
    standard_error: float | None
    relative: float | None
    standardised: float | None
    low: float | None
    high: float | None
    percentile_low: float | None
    percentile_high: float | None
    worst: float | None
    p: float
    smallest_p: float
    wins: int
    losses: int
    ties: int
    margin: float
    higher_is_better: bool
    too_few: str
    holm: float | None
    family: str
    exploratory: bool
    verdict: str
    behind: bool
    mark: str


class DifferentItemJson(TypedDict):
    """An item where two systems differ, with its question, in English where there is one."""

    item_id: str
    a: float
    b: float
    difference: float
    question: str


class SettingComparisonJson(ComparisonJson):
    """A comparison in one setting; left_out: queries that one of the systems lacks."""

    left_out: int
    words: str
    by_language: dict[str, ComparisonJson]
    most_different: list[DifferentItemJson]


class EvidenceLineJson(TypedDict):
    """Evidence recall at k of all evidence (language ""), or of that in one language.

    gap: the original collection (b) less this one (a); null without one. left_out: documents of evidence that
    the original has not.
    """

    language: str
    k: int
    items: int
    documents: int
    recall: float
    low: float | None
    high: float | None
    gap: ComparisonJson | None
    left_out: int


class EvidenceJson(TypedDict):
    """`evidence`: original is empty where none was named; results by system."""

    collection: str
    original: str
    items: int
    queries: int
    results: dict[str, list[EvidenceLineJson]]


class CompareJson(TypedDict):
    """`compare`: by setting."""

    collection: str
    a: str
    b: str
    a_trained_on_questions: int
    b_trained_on_questions: int
    metric: str
    rule: str
    drawn: str
    settings: dict[str, SettingComparisonJson]


class CandidateJson(TypedDict):
    """A number that was tried; kept: the setting to be kept, less that of 0; allowed: not worse there."""

    value: float
    system: str
    figures: Metrics
    kept: ComparisonJson
    allowed: bool
    chosen: bool


class CostJson(ComparisonJson):
    """What the choice changes in a figure, on the half that it was not chosen on."""

    words: str


class PairChoiceJson(TypedDict):
    """`tune --by-pair`; gain: on the half that was not chosen on."""

    query_lang: str
    passage_lang: str
    chosen: float
    gain: ComparisonJson


class TuneJson(TypedDict):
    """`tune`; choosing, held_out: questions in each half; cost: by figure; use: a line that uses it."""

    collection: str
    asked: str
    what: str
    keep: str
    best: str
    metric: str
    margin: float
    seed: int
    drawn: str
    rule: str
    chosen: float
    system: str
    base: str
    choosing: int
    held_out: int
    candidates: list[CandidateJson]
    cost: dict[str, CostJson]
    use: str
    pairs: list[PairChoiceJson]


class HeatmapJson(TypedDict):
    """`bias`: rows of cells; low, high, p, holm and what was drawn, of a difference alone."""

    model: str
    title: str
    rows: list[str]
    columns: list[str]
    values: Cells
    counts: list[list[int]]
    row_axis: str
    column_axis: str
    digits: int
    row_means: list[float | None]
    column_means: list[float | None]
    low: NotRequired[Cells]
    high: NotRequired[Cells]
    p: NotRequired[Cells]
    holm: NotRequired[Cells]
    unit: NotRequired[str]
    units: NotRequired[int]
    design_effect: NotRequired[float | None]
    too_few: NotRequired[str]
    smallest_p: NotRequired[float]
    drawn: NotRequired[str]


class CellQueryJson(TypedDict):
    """A query behind a cell; values and ranks of each system."""

    query_id: str
    item_id: str
    lang: str
    text: str
    values: list[float]
    ranks: list[int | None]


class CellQueriesJson(TypedDict):
    """`bias --pair`: of one system, or of two that are compared."""

    models: list[str]
    matrix: str
    row: str
    column: str
    total: int
    queries: list[CellQueryJson]


class JudgementJson(TypedDict):
    """One answer; indicative where languages, not items, were sampled."""

    collection: str
    backbone: str
    setting: str
    metric: str
    baseline: str
    candidate: str
    source: str
    unit: str
    indicative: bool
    trained: bool
    comparison: ComparisonJson
    words: str


class VerdictJson(TypedDict):
    """`verdict`."""

    answers: list[str]
    rule: str
    judgements: list[JudgementJson]


class FilesJson(TypedDict):
    """`report` and `runs export`: the files that were written; queries: of a run."""

    collection: str
    files: list[str]
    queries: NotRequired[int]


class ExportedVariantsJson(TypedDict):
    """`data variants export`: the table that was written."""

    collection: str
    variants: list[str]
    file: str
    texts: int


class ManifestJson(TypedDict):
    """A kept evaluation, as `evaluation.results.EvaluationManifest` says."""

    collection: str
    collection_fingerprint: str
    model: str
    model_fingerprint: str
    correction: str
    fitted_on: str
    written: str
    parts: str
    notes: list[str]
    backbone: str
    sampler: str
    seed: int | None
    tuning: str
    training: str
    languages: list[str]
    pool: list[int]
    queries: int
    items: int
    bias: dict[str, float]
    seconds: dict[str, float]
    version: str
    made: str
    depth: int
    left_out: int
    tag: str
    digests: dict[str, str]
    format: int


class KeptJson(ManifestJson):
    """`evaluations list`."""

    folder: str


class ImportedJson(ManifestJson):
    """`runs import`."""

    unanswered: int


class CountsJson(TypedDict):
    """Texts in all and by language."""

    total: int
    by_language: dict[str, int]


class RepeatedJson(TypedDict):
    """What is there more than once."""

    rows: int
    queries: int
    passages: int
    linked_items: int


class TrainingDataJson(TypedDict):
    """What can be trained on."""

    data_sets: list[dict[str, str | int]]
    rows: int
    items: int
    languages: dict[str, int]
    items_by_languages: dict[str, dict[str, int]]
    repeated: RepeatedJson
    lengths: list[dict[str, str | int]]
    sources: dict[str, int]
    licences: dict[str, int]
    negatives: dict[str, int]
    notes: list[str]
    samplers: list[dict[str, str | int]]
    problem: str


class CollectionJson(TypedDict, total=False):
    """`data show` and `data check`: a collection, training data, or both; what there is not is absent."""

    name: str
    languages: list[str]
    items: int
    queries: CountsJson
    passages: CountsJson
    documents: int
    topics: list[str]
    splits: dict[str, int]
    with_context: bool
    fingerprint: str
    source: str
    reader: str
    remarks: list[str]
    added: str
    training: TrainingDataJson


@dataclass(frozen=True)
class AddedJson(CollectionEntry):
    """`data add` and `data get`; not new where the very same was there already."""

    new: bool = False


class RemovedJson(TypedDict):
    """`data remove`, `data variants remove` and `models remove`."""

    name: str
    removed: Literal[True]


class ExportedJson(TypedDict):
    """`models export`."""

    name: str
    folder: str
    bytes: int


class FormJson(TypedDict):
    """`data formats`."""

    name: str
    use: str
    example: str


class NewJson(TypedDict):
    """`data new`."""

    file: str


class CacheJson(TypedDict):
    """`cache show`: sizes in bytes."""

    folder: str
    bytes: int
    entries: list[Usage]


class KeyJson(TypedDict):
    """`keys`: an action; own where the configuration gives it other keys."""

    id: str
    where: str
    does: str
    keys: list[str]
    default: list[str]
    own: bool


class MtebJson(TypedDict):
    """`mteb`: a row a metric."""

    model: str
    revision: str
    task: str
    split: str
    subset: str
    monolingual: bool
    metric: str
    value: float


class TrainedJson(TypedDict):
    """`train` and `sweep`: a model that was trained."""

    name: str
    folder: str
    steps: int
    losses: dict[str, float]


class EstimateJson(TypedDict):
    """Seconds of a step and in all, null where they are not known; texts that are encoded before."""

    texts: int
    step: float | None
    total: float | None


class ItemCoverageJson(TypedDict):
    """Items of the data; different ones drawn in the counted steps, and in those of the first epoch."""

    items: int
    drawn: int
    epoch_steps: int
    epoch_rows: int
    epoch_drawn: int


class NegativesJson(TypedDict):
    """Hard negatives in all, of how many pairs, at most of one; own: those that are the pair's passage."""

    pairs: int
    rows: int
    total: int
    most: int
    own: int


class PlanJson(TypedDict):
    """`train --dry-run`: counts are of the first steps."""

    name: str
    settings: dict[str, Any]
    items: int
    rows: int
    held_out_items: int
    steps_per_epoch: int
    epochs: float
    counted_steps: int
    modes: dict[str, int]
    data_sets: dict[str, int]
    repeated_rows: int
    item_coverage: ItemCoverageJson
    hard_negatives: NegativesJson
    languages: list[str]
    language_pairs: list[list[int]]
    estimate: EstimateJson
    notes: list[str]


class IntervalJson(TypedDict):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class DiagnosedLanguageJson(TypedDict):
    """What queries of a language find; own_share: of the first k, pool: of the index."""

    code: str
    queries: int
    found: IntervalJson
    pushed_out: IntervalJson
    own_share: float
    pool: float


class OutcomeJson(TypedDict):
    """What queries find under a system as it is, or changed, as `diagnosis.mends.Outcome` says."""

    name: str
    system: str
    own_share: float
    found: IntervalJson
    change: IntervalJson
    pushed_out: IntervalJson
    own_excess: IntervalJson
    favours: dict[str, IntervalJson]


class OffsetJson(TypedDict):
    """The distance between the means of two languages, by the passages' own spread."""

    a: str
    b: str
    distance: float


class DiagnosedSystemJson(TypedDict):
    """The figures of a system; language_told: share of languages that a linear rule tells from vectors."""

    by_language: list[DiagnosedLanguageJson]
    outcomes: list[OutcomeJson]
    offsets: list[OffsetJson]
    language_told: IntervalJson | None
    language_guessed: float | None


class DiagnoseJson(TypedDict):
    """`diagnose`: files are those that were written."""

    source: str
    summary: str
    documents: int
    passages: int
    queries: int
    k: int
    notes: list[str]
    languages: list[LanguageShare]
    findings: list[Finding]
    systems: dict[str, DiagnosedSystemJson]
    files: list[str]


class BatchRowJson(TypedDict):
    """A row of a batch."""

    item_id: str
    query_lang: str
    passage_lang: str
    query: str
    passage: str
    negatives: list[str]


class BatchJson(TypedDict):
    """`train --explain-step`."""

    step: int
    mode: str
    data_set: str
    rows: list[BatchRowJson]


ModelJson = dict[str, Any]
"""Facts of a model, which differ by its kind; `name`, `source` and `available` are always there."""


class PromptWayJson(TypedDict):
    """Figures (mean average precision by setting) with the prompts by role used in one way."""

    way: str
    prompts: dict[str, str]
    figures: Metrics


class ModelCheckJson(TypedDict):
    """A check of a model; ways: that in use first."""

    name: str
    notes: list[str]
    ways: list[PromptWayJson]
    verdict: str


COMMANDS: dict[str, Any] = {
    "search": SearchJson,
    "evaluate": EvaluateJson,
    "compare": CompareJson,
    "tune": TuneJson,
    "evidence": EvidenceJson,
    "bias": list[HeatmapJson],
    "bias --pair": list[CellQueriesJson],
    "diagnose": DiagnoseJson,
    "verdict": VerdictJson,
    "report": FilesJson,
    "mteb": list[MtebJson],
    "train": list[TrainedJson],
    "train --dry-run": PlanJson,
    "train --explain-step": BatchJson,
    "sweep": list[TrainedJson],
    "expand": ExpandedQueries,
    "jobs list": list[Job],
    "runs export": FilesJson,
    "runs import": ImportedJson,
    "runs list": list[RunInfo],
    "evaluations list": list[KeptJson],
    "data list": list[CollectionEntry],
    "data formats": list[FormJson],
    "data new": NewJson,
    "data show": CollectionJson,
    "data add": AddedJson,
    "data get": AddedJson,
    "data check": CollectionJson,
    "data remove": RemovedJson,
    "data variants add": AddedVariants,
    "data variants list": list[VariantEntry],
    "data variants export": ExportedVariantsJson,
    "data variants remove": RemovedJson,
    "models list": list[ModelJson],
    "models show": ModelJson,
    "models check": ModelCheckJson,
    "models add": ModelJson,
    "models export": ExportedJson,
    "models merge": ModelJson,
    "models remove": RemovedJson,
    "cache show": CacheJson,
    "keys": list[KeyJson],
    "doctor": list[Check],
}
"""What each command prints; `train --dry-run` of several samplers prints a list."""


PAGE = """# JSON of the commands

With `--json` a command prints one JSON value on stdout; messages and progress stay on stderr.
This is what the values are made of, as JSON Schema, made from the types in `hybrid_tui/cli/schemas.py`.

{commands}

```json
{definitions}
```
"""


def document() -> str:
    """Return docs/json.md: each command's JSON as JSON Schema (draft 2020-12)."""
    schemas, components = msgspec.json.schema_components(COMMANDS.values(), ref_template="#/$defs/{name}")
    lines = [f"- `{name}`: `{json.dumps(each)}`" for name, each in zip(COMMANDS, schemas, strict=True)]
    definitions = json.dumps({"$defs": components}, indent=1, ensure_ascii=False)
    return PAGE.format(commands="\n".join(lines), definitions=definitions)


if __name__ == "__main__":
    sys.stdout.write(document())
