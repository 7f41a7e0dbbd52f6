"""Reader of TREC's form (NeuCLIR, HC4, CLEF): files of documents, of topics and of qrels in one folder.

Files are told by their names: those with `topic` and `qrel` in it; all other .jsonl, .xml, .sgml and .trec
are documents, in the language that their name or folder tells (`docs.fas.jsonl`, `rus/1.xml`). A topic is
one question; its titles in several languages are its versions, and a document is relevant to all of them.
Titles are asked, not descriptions. Topics may be JSON, XML, SGML (`<top>`) or lines of number, tab and title.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hybrid_tui import languages
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import judgements
from hybrid_tui.corpus.readers.batches import batches
from hybrid_tui.corpus.readers.columns import USUAL
from hybrid_tui.corpus.readers.files import Stream, decode
from hybrid_tui.corpus.readers.language_codes import codes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import COMPRESSIONS, content, open_file
from hybrid_tui.errors import DataError

NAME = "trec"
LOOKS_FOR = "files with topic and qrel in their names beside documents such as docs.fas.jsonl (TREC's form)"
EXAMPLE = """\
# docs.fas.jsonl, topics.jsonl and qrels.txt (NeuCLIR); or documents and topics in XML (CLEF)
{"id": "d1", "title": "Nile", "text": "The Nile flows through Africa."}
{"topic_id": "1", "topics": [{"lang": "eng", "topic_title": "Where is the Nile?"}]}
<topic lang="de"><identifier>1</identifier><title>Wo ist der Nil?</title></topic>
1 0 d1 3"""
_ENDINGS = {".jsonl", ".xml", ".sgml", ".trec"}
_TOPIC = re.compile(r"<top(?:ic)?\b(?P<about>[^>]*)>(?P<body>.*?)</top(?:ic)?>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<(?:identifier|num|number)>\s*(?:Number:)?\s*([^<\s]+)", re.IGNORECASE)
_TITLE = re.compile(r"<(?:(?P<lang>[A-Za-z]{2})-)?title>(?P<text>.*?)(?:</|<|$)", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(lang|number)=["']([^"']+)""", re.IGNORECASE)
_DOCUMENT = re.compile(r"<DOC>(.*?)</DOC>", re.DOTALL | re.IGNORECASE)
_DOCNO = re.compile(r"<(?:DOCNO|DOCID)>(.*?)</(?:DOCNO|DOCID)>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


def fits(path: Path) -> bool:
    """Return whether a folder holds topics, qrels and documents."""
    return path.is_dir() and all(_files(path))


def read(path: Path, options: ReadOptions, notes: Notes) -> Stream:
    """Read topics and judgements, and say how to read the documents.

    Raises DataError for a file that is broken, and for documents or topics without a language.
    """
    documents, asked, qrels = _files(path)
    used = {*documents, *asked, *qrels}
    notes.unread(file for file in (*path.glob("*"), *path.glob("*/*")) if file.is_file() and file not in used)
    by_lang: dict[str, list[Path]] = {}
    for file in documents:
        lang = language(file, path) or options.lang
        if not lang:
            raise DataError(f"{file}: its name tells no language", "name it docs.de.jsonl, or say --lang de")
        by_lang.setdefault(lang, []).append(file)
    found = [row for file in asked for row in topics(file, language(file, path) or options.lang)]
    told = codes({*by_lang, *(lang for _, lang, _, _ in found)}, notes)
    rows = [(f"{told[lang]}-{item}", item, told[lang], text, where) for item, lang, text, where in found]
    names = ("query_id", "item_id", "lang", "text", "where")
    queries = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
    again = queries.height - queries["query_id"].n_unique()
    notes.count("topic", "in a language that has it already, left out", again, fault=False)
    queries = queries.unique("query_id", keep="first", maintain_order=True)
    relevance = judgements.read(qrels, options, notes).rename({"query_id": "item_id"})
    kept = queries.join(relevance, on="item_id", how="semi", maintain_order="left")
    lost = queries.height - kept.height
    notes.count("query", "without a relevant judgement, not asked", lost, fault=False)
    by_code: dict[str, list[Path]] = {}
    for lang, files in by_lang.items():
        by_code.setdefault(told[lang], []).extend(files)
    return Stream(kept, partial(_passages, by_code), judgements.with_grades(relevance, notes))


def _files(path: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Return the files of documents, topics and qrels in a folder and its folders."""
    every = [file for pattern in ("*", "*/*") for file in sorted(path.glob(pattern)) if file.is_file()]
    qrels = [file for file in every if "qrel" in file.name.lower()]
    topics = [file for file in every if "topic" in file.name.lower() and file not in qrels]
    rest = (file for file in every if file not in qrels and file not in topics)
    return [file for file in rest if _ENDINGS & {*file.suffixes[-2:]}], topics, qrels


def language(file: Path, path: Path) -> str:
    """Return the language that the name of a file inside `path` tells, as it stands there; "" for none."""
    named = file.relative_to(path)
    for word in chain.from_iterable(re.split(r"[._\-]", part) for part in reversed(named.parts)):
        known = 2 <= len(word) <= 3 and word.isalpha() and word not in COMPRESSIONS
        if known and languages.standard(word) in languages.LANGUAGES:
            return word
    return ""


def topics(file: Path, lang: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, language, title and place of each topic's versions in a file; raises DataError as `read`.

    lang: of what does not tell its own; "" where everything must.
    """
    if ".tsv" in file.suffixes:
        yield from _lines(file, lang)
        return
    if ".jsonl" in file.suffixes:
        for number, line in enumerate(content(file).split(b"\n"), 1):
            if line.strip():
                where = f"{file}, line {number}"
                yield from _json_topic(decode(line, dict[str, Any], where), lang, where)
        return
    for count, topic in enumerate(_TOPIC.finditer(content(file).decode()), 1):
        where = f"{file}, topic {count}"
        about = {name.lower(): value for name, value in _ATTRIBUTE.findall(topic["about"])}
        identifier = _NUMBER.search(topic["body"])
        item = identifier[1] if identifier else about.get("number")
        if not item:
            raise DataError(f"{where}: it has no identifier or num", "get the file again")
        titles = [*_TITLE.finditer(topic["body"])]
        if not titles:
            raise DataError(f"{where}: it has no title", "get the file again")
        for title in titles:
            told = title["lang"] or about.get("lang") or lang
            if not told:
                raise DataError(
                    f"{where}: it tells no language", "name the file topics.de.xml, or say --lang de"
                )
            yield item, told, _plain(title["text"]), where


def _lines(file: Path, lang: str) -> Iterator[tuple[str, str, str, str]]:
    for number, line in enumerate(content(file).decode().split("\n"), 1):
        item, tab, title = line.strip("\r").partition("\t")
        where = f"{file}, line {number}"
        if line.strip() and not tab:
            raise DataError(f"{where}: not a number, a tab and a title", "get the file again")
        if line.strip() and not lang:
            raise DataError(f"{where}: it tells no language", "name the file topics.de.tsv, or say --lang de")
        if line.strip():
            yield item.strip(), lang, title.strip(), where


def _json_topic(topic: dict[str, Any], lang: str, where: str) -> Iterator[tuple[str, str, str, str]]:
    item = topic.get("topic_id", topic.get("id"))
    versions = topic.get("topics", [topic])
    if not isinstance(item, str | int) or not isinstance(versions, list):
        raise DataError(f"{where}: it has no topic_id", "get the file again")
    for each in versions:
        version = each if isinstance(each, dict) else {}
        told = version.get("lang") or lang
        title = version.get("topic_title", version.get("title"))
        if not told or not isinstance(told, str) or not isinstance(title, str):
            raise DataError(
                f"{where}: a topic without lang and topic_title", "say --lang en, or get it again"
            )
        yield str(item), told, title.strip(), where


def _passages(by_lang: dict[str, list[Path]]) -> Iterator[pl.DataFrame]:
    for lang in sorted(by_lang):
        yield from batches(lang, chain.from_iterable(map(_documents, by_lang[lang])))


def _documents(file: Path) -> Iterator[tuple[str, str, str]]:
    if ".jsonl" not in file.suffixes:
        documents = [*_DOCUMENT.finditer(content(file).decode())]
        if not documents:
            raise DataError(f"{file}: it holds no <DOC>", "get the file again, or move it elsewhere")
        for count, found in enumerate(documents, 1):
            where = f"{file}, document {count}"
            identifier = _DOCNO.search(found[1])
            if not identifier:
                raise DataError(f"{where}: it has no DOCNO", "get the file again")
            yield identifier[1].strip(), _plain(_DOCNO.sub("", found[1])), where
        return
    with open_file(file) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _json_document(decode(line, dict[str, Any], f"{file}, line {number}"), file, number)


def _json_document(found: dict[str, Any], file: Path, number: int) -> tuple[str, str, str]:
    where = f"{file}, line {number}"
    item = next((found[name] for name in USUAL["_id"] if name in found), None)
    text = next((found[name] for name in USUAL["text"] if name in found), None)
    if not isinstance(item, str | int) or not isinstance(text, str):
        shown = msgspec.json.encode([*found]).decode()
        raise DataError(f"{where}: no id and text; there are: {shown}", "get the file again")
    return str(item), f"{found.get('title') or ''} {text}".strip(), where


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
