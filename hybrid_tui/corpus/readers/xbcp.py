"""Reader of BrowseComp-Plus and XBCP (arXiv 2606.15345), and of other folders in Tevatron's form.

Files are told by their names, in the folder or up to three below: a corpus (docid, text, maybe title and
language), queries or topics, qrels of `evidence` or `gold`, and languages assigned to documents, by names or
codes (`lang_assignment.json`, a mapping; or lines of id, tab and language). Of the corpora `original`,
`crosslingual` and `multilingual`, told by their folders or names, one is read. What tells no language is
English. Without qrels, what is relevant stands in the queries: positive_passages, evidence_docs, gold_docs.

Several texts of one query id are sub-queries, as agents ask them; those of a file `sub_queries` are asked in
place of the query's own text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import judgements, trec_folder
from hybrid_tui.corpus.readers.columns import USUAL
from hybrid_tui.corpus.readers.documents import AssignedDocuments
from hybrid_tui.corpus.readers.files import Stream, column_names, decode
from hybrid_tui.corpus.readers.language_codes import codes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.xbcp_files import CORPORA, LINES, QRELS, SourceFiles, sorted_files
from hybrid_tui.corpus.table_files import content, split_name
from hybrid_tui.errors import DataError, unknown

NAME = "xbcp"
LOOKS_FOR = (
    "a corpus and queries beside qrel_evidence.txt, or queries with positive_passages (BrowseComp-Plus, XBCP)"
)
EXAMPLE = """\
# data/crosslingual/crosslingual_corpus_tevatron.jsonl, lang_assignment.json; queries.tsv, qrel_evidence.txt
{"docid": "d1", "text": "Odò Náílì ń ṣàn ní Áfíríkà."}
{"d1": "Yoruba"}
311\tWhich river flows through Africa?
311 0 d1 1"""
LANG = "en"
_IN_QUERIES = {"evidence": ("positive_passages", "evidence_docs"), "gold": ("gold_docs",)}


def fits(path: Path) -> bool:
    """Return whether a folder holds a corpus and queries, with what tells this form."""
    if not path.is_dir():
        return False
    found = sorted_files(path)
    if not found.corpora or not found.queries:
        return False
    named = any("tevatron" in file.name.lower() for each in found.corpora.values() for file in each)
    return named or bool(found.qrels.keys() & {*QRELS[:2]} or (not found.qrels and _tells(found.queries)))


def read(path: Path, options: ReadOptions, notes: Notes) -> Stream:
    """Read queries and judgements, and which language each document is in; say how to read the documents.

    Raises UsageError for a corpus or judgements that are not there, DataError for files that are broken.
    """
    files, default = sorted_files(path), options.lang or LANG
    corpus = _chosen("corpus", files.corpora, CORPORA, options.corpus, notes)
    notes.unread(
        {*files.others, *(file for name in files.corpora for file in files.corpora[name] if name != corpus)}
    )
    mapped = files.assigned.get(corpus) or (files.assigned.get("", []) if corpus != "original" else [])
    documents = AssignedDocuments.of(
        files.corpora[corpus], dict(pair for file in mapped for pair in _mapping(file))
    )
    asked = [row for file in files.asked for row in _questions(file, path, default)]
    parts = [row for file in files.parts for row in _questions(file, path, default)]
    divided = {item for item, *_ in parts}
    rows = [row for row in asked if row[0] not in divided] + parts
    told = codes({lang for _, lang, *_ in rows} | documents.found | {default}, notes)
    bare = documents.count("")
    notes.count("document", f"without a language, taken for {told[default]}", bare, fault=False)
    notes.count("assigned language", "of a document that is not there, left out", documents.stray)
    relevance = _relevance(files, options, notes)
    queries = _queries([(item, told[lang], text, where) for item, lang, text, where in rows], notes)
    kept = queries.join(relevance, on="item_id", how="semi", maintain_order="left")
    lost = queries.height - kept.height
    notes.count("query", "without a relevant judgement, not asked", lost, fault=False)
    documents = replace(documents, codes=told | {"": told[default]})
    return Stream(kept, documents.passages, judgements.with_grades(relevance, notes))


def _chosen(noun: str, there: dict[str, list[Path]], usual: Sequence[str], wanted: str, notes: Notes) -> str:
    """Return which of several to read; raises UsageError for one that is not there."""
    known = [name for name in usual if name in there]
    others = [name for name in there if name not in known]
    named = next(
        (name for name in (*known, *others) if name.replace("-", "") == wanted.replace("-", "")), None
    )
    if wanted and named is None:
        raise unknown(noun, wanted, [name for name in known if name] or ["one without a name"])
    chosen = named if wanted and named is not None else (*known, *others)[0]
    rest = [name for name in known if name and name != chosen]
    if rest and not wanted:
        option = f"--{noun} {' or '.join(rest)}"
        notes.say(f"of several, {noun} {chosen or 'without a name'} is read; {option} reads another")
    return chosen


def _mapping(file: Path) -> Iterator[tuple[str, str]]:
    """Yield document and language of a JSON object, or of lines of id, tab and language, or of JSON."""
    form = split_name(file)[1]
    if form == "json":
        yield from decode(content(file), dict[str, str], str(file)).items()
        return
    for number, line in enumerate(content(file).split(b"\n"), 1):
        where = f"{file}, line {number}"
        if form in LINES and line.strip():
            row = decode(line, dict[str, Any], where)
            yield _text(row, "_id", where), _text(row, "lang", where)
        elif line.strip():
            item, tab, lang = line.decode().strip().partition("\t")
            if not tab:
                raise DataError(f"{where}: not a document, a tab and a language", "mend the file")
            yield item, lang


def _questions(file: Path, path: Path, lang: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, language, text and place of each query of a file."""
    if split_name(file)[1] not in LINES:
        yield from trec_folder.topics(file, trec_folder.language(file, path) or lang)
        return
    for where, row in _objects(file):
        told = next((row[name] for name in USUAL["lang"] if isinstance(row.get(name), str)), lang)
        yield _text(row, "query-id", where), told, _text(row, "query", where), where


def _objects(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(content(file).split(b"\n"), 1):
        if line.strip():
            yield (where := f"{file}, line {number}"), decode(line, dict[str, Any], where)


def _text(row: dict[str, Any], name: str, where: str) -> str:
    """Return a field under its usual names; of queries also `text`, of ids also numbers."""
    names = USUAL[name] + (
        ("sub_query", *USUAL["text"]) if name == "query" else USUAL["_id"] if name != "lang" else ()
    )
    found = next((row[each] for each in names if row.get(each) is not None), None)
    if isinstance(found, str) or (name != "query" and type(found) is int):
        return str(found)
    there = msgspec.json.encode([*row]).decode()
    raise DataError(f"{where}: no {name.strip('_')}; there are: {there}", "mend the file, or get it again")


def _queries(rows: Sequence[tuple[str, str, str, str]], notes: Notes) -> pl.DataFrame:
    """Return queries; several of an item and language are numbered as its sub-queries."""
    schema = dict.fromkeys(("item_id", "lang", "text", "where"), pl.String)
    found = pl.DataFrame(rows, schema, orient="row").unique(
        ["item_id", "lang", "text"], keep="first", maintain_order=True
    )
    group = ["item_id", "lang"]
    number = pl.int_range(1, pl.len() + 1).over(group)
    name = pl.when(pl.len().over(group) > 1).then(pl.format("{}/{}", "item_id", number)).otherwise("item_id")
    if found["lang"].n_unique() > 1:
        name = pl.format("{}-{}", "lang", name)
    parts = found.filter(pl.len().over(group) > 1)
    notes.count(
        "question",
        f"asked by sub-queries, {parts.height:,} in all",
        parts.n_unique(group) if parts.height else 0,
        fault=False,
    )
    return found.with_columns(query_id=name)


def _relevance(files: SourceFiles, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    """Return the judgements of the qrels that are wanted, or those in the queries themselves."""
    if files.qrels:
        kind = _chosen("qrels", files.qrels, QRELS, options.qrels, notes)
        found = judgements.read(files.qrels[kind], options, notes)
        return found.rename({"query_id": "item_id"})
    lines = [file for file in files.queries if split_name(file)[1] in LINES]
    rows = [
        (kind, *row) for file in lines for where, each in _objects(file) for kind, row in _judged(each, where)
    ]
    kinds: dict[str, list[Path]] = {kind: lines for kind, *_ in rows}
    if not rows:
        raise DataError(
            f"{files.queries[0]}: there are no qrels, and it names no positive_passages", "add qrels.txt"
        )
    kind = _chosen("qrels", kinds, QRELS, options.qrels, notes)
    told = [(item, document, "1", where) for of, item, document, where in rows if of == kind]
    schema = dict.fromkeys(("item_id", "passage_id", "score", "where"), pl.String)
    return judgements.scored(pl.DataFrame(told, schema, orient="row"), notes)


def _judged(row: dict[str, Any], where: str) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Yield kind, and query, document and place, of what a query says to be relevant."""
    for kind, fields in _IN_QUERIES.items():
        for listed in (row.get(field) or [] for field in fields):
            for each in listed if isinstance(listed, list) else []:
                document = each if isinstance(each, dict) else {"docid": each}
                yield kind, (_text(row, "query-id", where), _text(document, "_id", where), where)


def _tells(files: Sequence[Path]) -> bool:
    """Return whether a file of queries names what is relevant, by its first line."""
    fields = {field for each in _IN_QUERIES.values() for field in each}
    try:
        return any(fields & {*column_names(file)} for file in files if split_name(file)[1] in LINES)
    except DataError:
        return False
