"""Reader of SQuAD's form (XQuAD-R, MLQA, XQuAD): questions on paragraphs, one file or folder a language.

A candidate passage is a sentence, its context the paragraph. A question's relevant sentence is the one
that its answer starts in. XQuAD-R's files name the sentences (`sentence_breaks`: [start, end] in
characters); MLQA's do not, and are split by `sentences`, so that the number of candidates differs from
the one in the LAReQA paper, whose breaks were never released. Of MLQA's files those are read whose
context and question are in one language: the others repeat the same texts. The hub's Parquet (id, context,
question, answers) tells its language in the name of its file or folder (`xquad.de/validation-….parquet`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import polars as pl

from hybrid_tui import languages
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers.files import Tables, decode
from hybrid_tui.corpus.readers.language_codes import codes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.sentences import sentences
from hybrid_tui.corpus.table_files import AGAIN, content, parquet_columns, read_parquet, split_name
from hybrid_tui.errors import DataError

NAME = "squad-r"
LOOKS_FOR = "de.json, en.json, … or test-context-de-question-de.json, … (XQuAD-R's and MLQA's form)"
EXAMPLE = """\
# de.json, en.json, …; or Parquet with id, context, question and answers in folders xquad.de, xquad.en, …
{"data": [{"paragraphs": [{"context": "Der Nil fließt durch Afrika. Er ist lang.", "qas": [
  {"id": "1", "question": "Wo ist der Nil?", "answers": [{"text": "Afrika", "answer_start": 20}]}],
  "sentence_breaks": [[0, 28], [29, 41]]}]}]}
# without sentence_breaks the sentences are split by their punctuation"""
_LANG = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?"
_FILE = re.compile(
    rf"(?:xquad\.)?(?P<lang>{_LANG})\.json"
    r"|(?P<split>dev|test)-context-(?P<both>[a-z]{2,3})-question-(?P=both)\.json"
)
_NO_LANGUAGE = "call its folder xquad.de, or say --lang de"
_SQUAD = {"id", "context", "question", "answers"}


_CROSSED = re.compile(r"(dev|test)-context-[a-z]{2,3}-question-[a-z]{2,3}\.json")


class _Named(NamedTuple):
    """A file of one language."""

    file: Path
    lang: str
    split: str | None


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
    """Return whether `path` is, or holds, files named as LOOKS_FOR says, or SQuAD's Parquet."""
    return bool(_files(path))


def read(path: Path, options: ReadOptions, notes: Notes) -> Tables:
    """Read a file or a folder of files.

    The item is the question's id, the same in every language; a passage's id is its language, the
    paragraph's number in the file and the sentence's in the paragraph, as in `de-12-3`. Splits are
    MLQA's `dev` and `test`; questions are grouped by article and paragraph.
    Raises DataError for a file that is broken or of another shape, and for
    answers and sentences that lie outside their paragraph.
    """
    rows = _Rows()
    files = _files(path)
    read_files = {each.file for each in files}
    beside = sorted(path.iterdir()) if path.is_dir() else []
    crossed = [file for file in beside if _CROSSED.fullmatch(file.name) and file not in read_files]
    what = (
        "of questions in another language than their paragraphs, left out, since they repeat the same texts"
    )
    notes.count("file", what, len(crossed), fault=False)
    told = codes({each.lang for each in files if each.lang}, notes)
    for file, lang, split in files:
        own = told.get(lang) or options.lang
        if not own:
            raise DataError(f"{file}: its name tells no language", _NO_LANGUAGE)
        _read_file(file, own, split, rows)
    rows.problems.raise_any(str(path))
    return rows.tables()


def _files(path: Path) -> list[_Named]:
    if path.is_dir():
        inside = sorted(path.iterdir())
        folders = [each for each in inside if each.is_dir()]
        candidates = inside + [file for folder in folders for file in sorted(folder.glob("*.parquet"))]
    else:
        candidates = [path]
    found = []
    for file in candidates:
        name = _FILE.fullmatch(file.name)
        if name and file.is_file():
            found.append(_Named(file, name["lang"] or name["both"], name["split"]))
        elif file.suffix == ".parquet" and file.is_file() and _is_squad(file):
            found.append(_Named(file, _language(file), None))
    return found


def _is_squad(file: Path) -> bool:
    try:
        return parquet_columns(file).keys() >= _SQUAD
    except DataError:
        return False


def _language(file: Path) -> str:
    """Return the language that a file's name, or its folder's, ends with; "" for none."""
    for name in (split_name(file)[0], file.parent.name):
        last = re.split(r"[.]", name)[-1]
        if re.fullmatch(_LANG, last) and languages.standard(last):
            return last
    return ""


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
    """Yield the article, the place and the content of each paragraph."""
    if file.suffix == ".parquet":
        yield from _of_parquet(file)
        return
    for a, article in enumerate(decode(content(file), _File, str(file)).data):
        for p, paragraph in enumerate(article.paragraphs):
            yield f"{file.stem}-{a + 1}", f"{file}, data[{a}].paragraphs[{p}]", paragraph


def _of_parquet(file: Path) -> Iterator[tuple[str, str, _Paragraph]]:
    frame = read_parquet(file).with_columns(row=pl.int_range(1, pl.len() + 1))
    for (context,), rows in frame.group_by("context", maintain_order=True):
        where = f"{file}, row {rows['row'][0]}"
        title = rows["title"][0] if "title" in rows.columns else context
        try:
            questions = [_question(row) for row in rows.iter_rows(named=True)]
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{where}: answers hold no text and answer_start", AGAIN) from error
        yield f"{title}", where, _Paragraph(str(context), questions)


def _question(row: dict[str, Any]) -> _Question:
    both = zip(row["answers"]["text"], row["answers"]["answer_start"], strict=True)
    return _Question(str(row["id"]), row["question"], [_Answer(text, start) for text, start in both])


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
