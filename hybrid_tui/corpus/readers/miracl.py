"""Reader of MIRACL: the folders of its two data sets on the Hugging Face hub, side by side or one level down.

`miracl-v1.0-LANG` holds topics and judgements, of which those of `dev` are read; `miracl-corpus-v1.0-LANG`
holds the passages as docs-N.jsonl.gz. The languages are those with a corpus. Ids are led by the language,
since every language counts from 0: its questions are no translations of each other. Title and text of a
passage are joined by a space, as its authors' dense baselines do (arXiv 2210.09984). Judgements of 0, and
queries without any above, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers import judgements
from hybrid_tui.corpus.readers.batches import batches
from hybrid_tui.corpus.readers.files import Stream, decode
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import content, open_file
from hybrid_tui.errors import DataError

NAME = "miracl"
LOOKS_FOR = "miracl-v1.0-sw, miracl-corpus-v1.0-sw, … (MIRACL's folders)"
EXAMPLE = """\
# miracl-corpus-v1.0-sw/docs-0.jsonl.gz, miracl-v1.0-sw/topics/topics.miracl-v1.0-sw-dev.tsv, its qrels/
{"docid": "12#0", "title": "Naili", "text": "Mto Naili uko Afrika."}
0\tMto Naili uko wapi?
0 Q0 12#0 1
0 Q0 13#0 0"""
SPLIT = "dev"
_DOCUMENTS = re.compile(r"docs-\d+\.jsonl(\.(gz|bz2|xz|zst))?")


class _Passage(msgspec.Struct):
    docid: str
    text: str
    title: str = ""


def fits(path: Path) -> bool:
    """Tell whether `path` holds folders named as LOOKS_FOR says."""
    return path.is_dir() and bool(_folders(path, "miracl") or _folders(path, "miracl-corpus"))


def read(path: Path, options: ReadOptions, notes: Notes) -> Stream:
    """Read queries and judgements, and say how to read the passages.

    Raises DataError, now or while the passages are read, for files that are missing, broken or of another
    form.
    """
    corpora = _folders(path, "miracl-corpus")
    if not corpora:
        raise DataError(
            f"{path}: there is no folder miracl-corpus-v1.0-LANG",
            "get the languages wanted from miracl/miracl-corpus, beside the folders of miracl/miracl",
        )
    asked = _folders(path, "miracl")
    for lang in sorted(asked.keys() - corpora.keys()):
        notes.say(f"there is no corpus for {lang}: its topics are left out", str(asked[lang]), fault=True)
    queries, relevance = [], []
    for lang in sorted(corpora):
        folder = asked.get(lang, path / f"miracl-v1.0-{lang}")
        others = (each for each in (folder / "topics").glob("*") if not each.name.endswith(f"-{SPLIT}.tsv"))
        notes.unread(others)
        found = _topics(folder / "topics" / f"topics.miracl-v1.0-{lang}-{SPLIT}.tsv", lang)
        judged = _qrels(folder / "qrels" / f"qrels.miracl-v1.0-{lang}-{SPLIT}.tsv", lang, options, notes)
        kept = found.join(judged, on="item_id", how="semi", maintain_order="left")
        lost = found.height - kept.height
        notes.count("query", "without a relevant judgement, not asked", lost, fault=False)
        queries.append(kept)
        relevance.append(judged)
    graded = judgements.with_grades(pl.concat(relevance), notes)
    return Stream(pl.concat(queries), partial(_passages, corpora), graded)


def _folders(path: Path, prefix: str) -> dict[str, Path]:
    """Return the folders of a data set by language."""
    found = [*path.glob(f"{prefix}-v1.0-*"), *path.glob(f"*/{prefix}-v1.0-*")]
    return {folder.name.rpartition("-")[2]: folder for folder in found if folder.is_dir()}


def _topics(file: Path, lang: str) -> pl.DataFrame:
    problems = Problems()
    rows = []
    for where, line in _lines(file):
        number, tab, text = line.partition("\t")
        if tab:
            rows.append((f"{lang}-{number}", f"{lang}-{number}", lang, text, SPLIT, where))
        else:
            problems.add(where, "not a query id, a tab and a query")
    problems.raise_any(str(file))
    columns = ("query_id", "item_id", "lang", "text", "split", "where")
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")


def _qrels(file: Path, lang: str, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    """Return the judgements above 0."""
    _check(file)
    found = judgements.read([file], options, notes)
    item, passage = (pl.format("{}-{}", pl.lit(lang), each) for each in ("query_id", "passage_id"))
    return found.select(item.alias("item_id"), passage.alias("passage_id"), "grade", "where")


def _check(file: Path) -> None:
    if not file.exists():
        hint = "get it from miracl/miracl: every language with a corpus needs it"
        raise DataError(f"{file} is missing", hint)


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the place and the content of each line that is not blank."""
    _check(file)
    for number, line in enumerate(content(file).decode().split("\n"), 1):
        if line.strip():
            yield f"{file}, line {number}", line.rstrip("\r")


def _passages(corpora: dict[str, Path]) -> Iterator[pl.DataFrame]:
    for lang, folder in sorted(corpora.items()):
        inside = (each for each in folder.iterdir() if _DOCUMENTS.fullmatch(each.name))
        files = sorted(inside, key=lambda file: (len(file.name), file.name))
        if not files:
            raise DataError(f"{folder}: there is no docs-0.jsonl.gz", "get the folder again")
        found = ((where, each) for file in files for where, each in _documents(file))
        yield from batches(
            lang,
            ((f"{lang}-{each.docid}", f"{each.title} {each.text}".strip(), where) for where, each in found),
        )


def _documents(file: Path) -> Iterator[tuple[str, _Passage]]:
    """Yield the place and the content of each line; raises DataError for the first that is broken."""
    parse = msgspec.json.Decoder(_Passage).decode
    with open_file(file) as lines:
        for number, line in enumerate(lines, 1):
            where = f"{file}, line {number}"
            try:
                yield where, parse(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if line.strip():
                    decode(line.rstrip(), _Passage, where)
