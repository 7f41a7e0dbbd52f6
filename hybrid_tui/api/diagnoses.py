"""Whether an index is fair to its languages, told of documents alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hybrid_tui.api.defaults import Names, system_names
from hybrid_tui.api.progress import Cancelled, Progress, steps
from hybrid_tui.api.reports import Report
from hybrid_tui.api.spending import Spending, spending_of
from hybrid_tui.api.workspace import default
from hybrid_tui.corpus.documents import passages as cutting
from hybrid_tui.corpus.documents.folder import documents
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.diagnosis import page
from hybrid_tui.diagnosis.diagnosis import Diagnosis, first, notes_of, of_system, shares
from hybrid_tui.diagnosis.diagnosis import LanguageShare as LanguageShare
from hybrid_tui.diagnosis.findings import Finding as Finding
from hybrid_tui.diagnosis.findings import findings
from hybrid_tui.diagnosis.known_items import KnownItems, known_items
from hybrid_tui.evaluation.document import Code as Code
from hybrid_tui.evaluation.document import Heading as Heading
from hybrid_tui.evaluation.document import Paragraph as Paragraph
from hybrid_tui.evaluation.document import Part
from hybrid_tui.evaluation.document import Points as Points
from hybrid_tui.evaluation.document import Table as Table
from hybrid_tui.systems import written
from hybrid_tui.systems.system import System

CHUNK = cutting.CHUNK
QUERIES = 300
PASSAGES = 5000
K = 10


@dataclass(frozen=True)
class DiagnosisResult:
    """What was found, and the figures that it stands on."""

    diagnosis: Diagnosis
    findings: tuple[Finding, ...]

    @property
    def summary(self) -> str:
        """What it comes to, in a sentence or two."""
        return page.summary(self.diagnosis, self.findings)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The page, part by part."""
        return page.page(self.diagnosis, self.findings)

    @property
    def table(self) -> pl.DataFrame:
        """A row a finding."""
        return pl.DataFrame(list(self.findings))

    def write(self, out: str | Path) -> list[Path]:
        """Write the page as FILE.md, FILE.html or FILE.tex; UsageError for another suffix."""
        return Report(self.diagnosis.source, self.parts, page.title(self.diagnosis)).write(out)

    def _repr_html_(self) -> str:
        return Report(self.diagnosis.source, self.parts, page.title(self.diagnosis)).html()


@dataclass(frozen=True, eq=False)
class Examination:
    """What is to be looked at: read, and nothing encoded yet.

    spending: what it asks of endpoints.
    """

    source: str
    items: KnownItems
    systems: tuple[System, ...]
    k: int
    seed: int
    notes: tuple[str, ...]

    @property
    def spending(self) -> tuple[Spending, ...]:
        """What it asks of endpoints."""
        return spending_of([side for system in self.systems for side in system.needed()])

    def run(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> DiagnosisResult:
        """Encode what is missing, ask the queries, and tell what was found."""
        k = first(self.k, len(self.items.langs))
        told = [
            of_system(each, self.items, k, self.seed, steps(progress, each.name), cancelled)
            for each in self.systems
        ]
        languages = shares(self.items)
        found = Diagnosis(
            self.source,
            len(set(self.items.documents)),
            len(self.items.langs),
            len(self.items.targets),
            k,
            languages,
            tuple(told),
            (*self.notes, *notes_of(self.items, k, self.k)),
        )
        return DiagnosisResult(found, findings(found))


def diagnose(
    source: str | Path,
    systems: Names = None,
    *,
    k: int = K,
    queries: int = QUERIES,
    passages: int = PASSAGES,
    chunk: int = CHUNK,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> DiagnosisResult:
    """Tell whether systems treat the languages of some documents alike; parameters are those of `examine`.

    Raises errors.Cancelled when `cancelled()` turns true.
    """
    made = examine(source, systems, k=k, queries=queries, passages=passages, chunk=chunk, seed=seed)
    return made.run(progress, cancelled)


def examine(
    source: str | Path,
    systems: Names = None,
    *,
    k: int = K,
    queries: int = QUERIES,
    passages: int = PASSAGES,
    chunk: int = CHUNK,
    seed: int = 0,
) -> Examination:
    """Read documents, and take queries out of them.

    source: a folder or file of text, Markdown, HTML, PDF or JSON lines, else a collection's name. k: how many
    of the first passages are looked at. queries: so many at the most. passages: of more, so many are drawn.
    chunk: words of a passage. The same seed draws the same ones.
    Raises UsageError for unknown names, DataError where there is too little text.
    """
    notes = Notes()
    name, found = _passages(source, chunk, notes)
    if found.height > passages:
        notes.say(f"{passages:,} of {found.height:,} passages were drawn")
        found = found.sample(passages, seed=seed)
    items = known_items(name, found, queries, seed, notes)
    named = [written.parse(each) for each in system_names(systems)]
    made = tuple(System(items.collection, each, default()) for each in named)
    for each in made:
        each.texts or each.scorer  # noqa: B018  (what is not there is told)
    return Examination(str(source), items, made, k, seed, notes.lines)


def _passages(source: str | Path, chunk: int, notes: Notes) -> tuple[str, pl.DataFrame]:
    """Return what passages are called, and passage_id, lang, text and document of each."""
    path = Path(source).expanduser()
    if not path.exists() and not _is_path(str(source)):
        return str(source), _of_collection(str(source), notes)
    return path.resolve().name, cutting.passages(documents(path, notes), notes, chunk)


def _is_path(source: str) -> bool:
    return "/" in source or source.startswith((".", "~"))


def _of_collection(name: str, notes: Notes) -> pl.DataFrame:
    collection = default().collection(name)
    texts = collection.passage_texts(range(collection.passages.height))["text"]
    notes.say(f"{name} has judged questions of its own: hybrid-tui bias --data {name} tells more")
    items = collection.relevance.unique("passage_id", keep="first", maintain_order=True)
    frame = collection.passages.join(items, on="passage_id", how="left", maintain_order="left").select(
        "passage_id", "lang", document=pl.coalesce("item_id", "document", "passage_id")
    )  # translations answer the same item: they count neither way
    found = frame.with_columns(text=texts).unique("text", keep="first", maintain_order=True)
    notes.count("passage", "that repeat another one, left out", frame.height - found.height)
    return found
