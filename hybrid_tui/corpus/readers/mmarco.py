"""Reader of mMARCO's folders: LANGUAGE_collection.tsv, LANGUAGE_queries.dev.small.tsv, qrels.dev.small.tsv.

Passages and queries of one number are translations of each other, so what is relevant is so in every
language. Languages are those with a collection and queries; the queries are those that were judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import judgements
from hybrid_tui.corpus.readers.batches import batches
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.corpus.readers.language_codes import codes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import open_file
from hybrid_tui.errors import DataError

NAME = "mmarco"
LOOKS_FOR = "german_collection.tsv, german_queries.dev.small.tsv, qrels.dev.small.tsv (mMARCO's form)"
EXAMPLE = """\
# german_collection.tsv (number, text), german_queries.dev.small.tsv (number, text), qrels.dev.small.tsv
7\tDer Nil fließt durch Afrika.
3\tWo ist der Nil?
3\t0\t7\t1
# the files may lie in sub-folders, and may be packed (.gz, .zst, .bz2)"""
_PASSAGES = re.compile(r"(?P<lang>[a-z]+)_collection\.tsv(\.\w+)?")
_QUERIES = re.compile(r"(?P<lang>[a-z]+)_queries\.(?P<split>dev(\.small)?|eval|train)\.tsv(\.\w+)?")
_QRELS = re.compile(r"qrels\.(?P<split>dev(\.small)?|eval|train)\.tsv(\.\w+)?")
_SPLITS = ("dev.small", "dev", "eval", "train")


def fits(path: Path) -> bool:
    """Return whether a folder, or one in it, holds a file named as a collection of mMARCO."""
    return path.is_dir() and any(_PASSAGES.fullmatch(file.name) for file in _files(path))


def read(path: Path, options: ReadOptions, notes: Notes) -> Stream:
    """Read queries and judgements, and say how to read the passages.

    Raises DataError for files that are missing, or that hold a line without a number and a text.
    """
    files = _files(path)
    passages = _by_language(files, _PASSAGES)
    judged = {name["split"]: file for file in files if (name := _QRELS.fullmatch(file.name))}
    split = next((each for each in _SPLITS if each in judged), "")
    asked = _by_language(files, _QUERIES, split)
    read_files = {*passages.values(), *asked.values(), judged.get(split)}
    notes.unread(file for file in files if file not in read_files)
    langs = sorted(passages.keys() & asked.keys())
    if not split or not langs:
        missing = "queries of the same languages" if split else "qrels.dev.small.tsv"
        raise DataError(f"{path}: there is no file with {missing}", "get it from unicamp-dl/mmarco")
    for lang in sorted((passages.keys() | asked.keys()) - {*langs}):
        notes.say(f"{lang} has passages or queries alone, and is left out", str(path), fault=True)
    told = codes(langs, notes)
    relevance = judgements.read([judged[split]], options, notes)
    rows = [
        (f"{told[lang]}-{number}", number, told[lang], text, where)
        for lang in langs
        for number, text, where in _lines(asked[lang])
    ]
    names = ("query_id", "item_id", "lang", "text", "where")
    queries = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
    kept = queries.join(relevance, left_on="item_id", right_on="query_id", how="semi", maintain_order="left")
    lost = queries.height - kept.height
    notes.count("query", "without a relevant judgement, not asked", lost, fault=False)
    each = pl.concat(
        relevance.with_columns(passage_id=pl.format("{}-{}", pl.lit(told[lang]), "passage_id"))
        for lang in langs
    )
    graded = judgements.with_grades(each.rename({"query_id": "item_id"}), notes)
    ordered = {told[lang]: passages[lang] for lang in sorted(langs, key=told.__getitem__)}
    return Stream(kept, partial(_passages, ordered), graded)


def _files(path: Path) -> list[Path]:
    return [
        file for pattern in ("*", "*/*", "*/*/*") for file in sorted(path.glob(pattern)) if file.is_file()
    ]


def _by_language(files: list[Path], pattern: re.Pattern[str], split: str = "") -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file in files:
        name = pattern.fullmatch(file.name)
        if name and (not split or name["split"] == split):
            if name["lang"] in found:
                raise DataError(
                    f"{file}: {found[name['lang']]} is the same part of it", "leave one of the two there"
                )
            found[name["lang"]] = file
    return found


def _passages(files: dict[str, Path]) -> Iterator[pl.DataFrame]:
    for lang, file in files.items():
        yield from batches(lang, ((f"{lang}-{number}", text, where) for number, text, where in _lines(file)))


def _lines(file: Path) -> Iterator[tuple[str, str, str]]:
    """Yield number, text and place of each line."""
    with open_file(file) as lines:
        for count, line in enumerate(lines, 1):
            where = f"{file}, line {count}"
            try:
                number, tab, text = line.decode().rstrip("\r\n").partition("\t")
            except UnicodeDecodeError as error:
                raise DataError(f"{where}: {error}", "get the file again") from error
            if not tab:
                raise DataError(f"{where}: not a number, a tab and a text", "get the file again")
            yield number, text, where
