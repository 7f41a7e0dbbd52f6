"""XQuAD-R and MLQA: questions on paragraphs in SQuAD's JSON, one file per language.

A candidate passage is a sentence, its context the paragraph. A question's relevant sentence is the one
that its answer starts in. XQuAD-R's files name the sentences (`sentence_breaks`: [start, end] in
characters); MLQA's do not, and are split by `sentences`, so that the number of candidates differs from
the one in the LAReQA paper, whose breaks were never released. Of MLQA's files those are read whose
context and question are in one language: the others repeat the same texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import polars as pl

from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers.files import Tables, content, decode
from hybrid_tui.corpus.readers.sentences import sentences

NAME = "squad-r"
LOOKS_FOR = "de.json, en.json, … or test-context-de-question-de.json, … (XQuAD-R's and MLQA's form)"
_FILE = re.compile(
    r"(?:xquad\.)?(?P<lang>[a-z]{2,3})\.json"
    r"|(?P<split>dev|test)-context-(?P<both>[a-z]{2,3})-question-(?P=both)\.json"
)


class _Answer(msgspec.Struct):
    text: str
    answer_start: int


class _Question(msgspec.Struct):
    id: str
    question: str
    answers: list[_Answer]


class _Paragraph(msgspec.Struct):
    context: str
    qas: list[_Question]
    sentence_breaks: list[tuple[int, int]] | None = None


class _Article(msgspec.Struct):
    paragraphs: list[_Paragraph]


class _File(msgspec.Struct):
    data: list[_Article]


@dataclass
class _Rows:
    """Rows found so far; paragraphs are counted by language."""

    queries: list[tuple[str | None, ...]] = field(default_factory=list)
    passages: list[tuple[str | None, ...]] = field(default_factory=list)
    relevance: list[tuple[str | None, ...]] = field(default_factory=list)
    paragraphs: dict[str, int] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def tables(self) -> Tables:
        return Tables(
            _frame(self.queries, "query_id item_id lang text split article paragraph where"),
            _frame(self.passages, "passage_id lang text context where"),
            _frame(self.relevance, "item_id passage_id where"),
        )


def fits(path: Path) -> bool:
    """Tell whether `path` is, or holds, files named as LOOKS_FOR says."""
    return bool(_files(path))


def read(path: Path) -> Tables:
    """Read a file or a folder of files.

    The item is the question's id, the same in every language; a passage's id is its language, the
    paragraph's number in the file and the sentence's in the paragraph, as in `de-12-3`. Splits are
    MLQA's `dev` and `test`; questions are grouped by article and paragraph.
    Raises DataError for a file that is broken or of another shape, and for
    answers and sentences that lie outside their paragraph.
    """
    rows = _Rows()
    for file in _files(path):
        name = _FILE.fullmatch(file.name)
        if name:
            _read_file(file, name["lang"] or name["both"], name["split"], rows)
    rows.problems.raise_any(str(path))
    return rows.tables()


def _files(path: Path) -> list[Path]:
    candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in candidates if _FILE.fullmatch(file.name) and file.is_file()]


def _frame(rows: list[tuple[str | None, ...]], columns: str) -> pl.DataFrame:
    return pl.DataFrame(rows, dict.fromkeys(columns.split(), pl.String), orient="row")


def _read_file(file: Path, lang: str, split: str | None, rows: _Rows) -> None:
    for article, where, paragraph in _paragraphs(file):
        number = rows.paragraphs[lang] = rows.paragraphs.get(lang, 0) + 1
        text = paragraph.context
        breaks = paragraph.sentence_breaks
        spans = sentences(text, lang) if breaks is None else breaks
        for count, (start, end) in enumerate(spans, 1):
            if not 0 <= start < end <= len(text):
                rows.problems.add(where, f"sentence_breaks holds [{start}, {end}], context has {len(text)}")
            rows.passages.append((f"{lang}-{number}-{count}", lang, text[start:end], text, where))
        for index, question in enumerate(paragraph.qas):
            place = f"{where}.qas[{index}]"
            item = question.id
            groups = f"{lang}-{article}", f"{lang}-{number}"
            rows.queries.append((f"{lang}-{item}", item, lang, question.question, split, *groups, place))
            for sentence in _relevant(question, text, spans, place, rows.problems):
                rows.relevance.append((item, f"{lang}-{number}-{sentence}", place))


def _paragraphs(file: Path) -> Iterator[tuple[str, str, _Paragraph]]:
    for a, article in enumerate(decode(content(file), _File, str(file)).data):
        for p, paragraph in enumerate(article.paragraphs):
            yield f"{file.stem}-{a + 1}", f"{file}, data[{a}].paragraphs[{p}]", paragraph


def _relevant(
    question: _Question, text: str, spans: list[tuple[int, int]], where: str, problems: Problems
) -> Iterator[int]:
    """Yield the numbers (from 1) of the sentences that an answer starts in, or that follow its start."""
    for answer in question.answers:
        start = answer.answer_start
        if start < 0 or not text.startswith(answer.text, start):
            problems.add(where, f"context does not hold {answer.text!r} at answer_start {start}")
            continue
        holding = (number for number, (_, end) in enumerate(spans, 1) if start < end)
        sentence = next(holding, None)
        if sentence is None:
            problems.add(where, f"answer_start {start} lies in no sentence")
        else:
            yield sentence
