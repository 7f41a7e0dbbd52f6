"""A small valid source of every form that is read, as files by name."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Callable
from typing import Any

import polars as pl
import zstandard

Files = dict[str, bytes]
LANGS = ("de", "en", "th")
ITEMS = ("nile", "bees", "ice")
TEXTS = {"de": "Straße", "en": "river", "th": "แม่น้ำ"}


def _lines(rows: list[Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _pairs() -> list[dict[str, str]]:
    return [
        {
            "item_id": item,
            "lang": lang,
            "query": f"Where is the {item} {TEXTS[lang]}?",
            "passage": f"The {item} is {TEXTS[lang]}.",
            "negative": f"No {item}.",
            "split": "train" if item == "ice" else "test",
            "topic": "nature",
        }
        for item in ITEMS
        for lang in LANGS
    ]


def _separated(rows: list[dict[str, str]], separator: str) -> bytes:
    head = [*rows[0]]
    lines = [separator.join(head), *(separator.join(f'"{row[name]}"' for name in head) for row in rows)]
    return "\n".join(lines).encode()


def _written(write: str, rows: list[Any]) -> bytes:
    buffer = io.BytesIO()
    getattr(pl.DataFrame(rows), write)(buffer)
    return buffer.getvalue()


def tables() -> Files:
    """Return a file of pairs in every format."""
    rows = _pairs()
    packed: dict[str, Callable[[bytes], bytes]] = {
        "gz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "zst": zstandard.compress,
    }
    return {
        "pairs.jsonl": _lines(rows),
        "pairs.json": json.dumps(rows).encode(),
        "pairs.csv": _separated(rows, ","),
        "pairs.tsv": _separated(rows, "\t"),
        "pairs.parquet": _written("write_parquet", rows),
        "pairs.arrow": _written("write_ipc_stream", rows),
        **{f"pairs.jsonl.{ending}": pack(_lines(rows)) for ending, pack in packed.items()},
    }


def three_tables() -> Files:
    """Return queries, passages and relevance."""
    ids = [(item, lang) for item in ITEMS for lang in LANGS]
    queries = [
        {"query_id": f"{i}-{at}", "item_id": i, "lang": at, "text": f"{i} {TEXTS[at]}?"} for i, at in ids
    ]
    passages = [
        {"passage_id": f"{i}-{at}", "lang": at, "text": f"{i} {TEXTS[at]}.", "context": i} for i, at in ids
    ]
    relevance = [{"item_id": i, "passage_id": f"{i}-{at}", "grade": len(i)} for i, at in ids]
    return {
        "queries.jsonl": _lines(queries),
        "passages.jsonl.gz": gzip.compress(_lines(passages)),
        "relevance.parquet": _written("write_parquet", relevance),
    }


def beir() -> Files:
    """Return BEIR's form in two languages."""
    found: Files = {}
    for lang in ("de", "en"):
        found[f"{lang}/corpus.jsonl"] = _lines(
            [{"_id": each, "title": each, "text": f"{each} {TEXTS[lang]}."} for each in ITEMS]
        )
        found[f"{lang}/queries.jsonl"] = _lines([{"_id": each, "text": f"{each}?"} for each in ITEMS])
        rows = "".join(f"{each}\t{each}\t{score}\n" for score, each in enumerate(ITEMS))
        found[f"{lang}/qrels/test.tsv"] = f"query-id\tcorpus-id\tscore\n{rows}".encode()
    return found


def mteb() -> Files:
    """Return mteb's form: a subset in German, one in two languages, and parts that it shares."""
    found: Files = {}
    for subset, asked, lang in (("de", "de", "de"), ("eng-deu", "de", "en")):
        rows = [{"_id": each, "title": each, "text": f"{each} {TEXTS[lang]}."} for each in ITEMS]
        asked_rows = [{"_id": each, "text": f"{each} {TEXTS[asked]}?"} for each in ITEMS]
        judged = [{"query-id": each, "corpus-id": each, "score": 1.0} for each in ITEMS]
        for part, table in (("corpus", rows), ("queries", asked_rows), ("qrels", judged)):
            found[f"{subset}-{part}/test-00000-of-00001.parquet"] = _written("write_parquet", table)
    found["queries-th/test.jsonl"] = _lines([{"_id": "nile", "text": "nile?"}])
    found["corpus/test.jsonl"] = _lines([{"_id": "nile", "text": "The nile.", "lang": "en"}])
    found["data/test.tsv"] = b"query-id\tcorpus-id\tscore\nnile\tnile\t1\n"
    return found


def squad() -> Files:
    """Return XQuAD-R's form with and without sentence breaks, and SQuAD's Parquet."""
    context = "Der Nil fließt durch Afrika. Er ist lang."
    answer = {"text": "Afrika", "answer_start": 21}
    question = {"id": "1", "question": "Wo ist der Nil?", "answers": [answer]}
    paragraph = {"context": context, "qas": [question]}

    def file(**more: Any) -> bytes:
        return json.dumps({"data": [{"paragraphs": [paragraph | more]}]}, ensure_ascii=False).encode()

    other = [question | {"id": "2"}]

    listed = {"text": ["Afrika"], "answer_start": [21]}
    row = {"id": "1", "context": context, "question": "Wo ist der Nil?", "answers": listed, "title": "Nil"}
    return {
        "de.json": file(sentence_breaks=[[0, 28], [29, 41]]),
        "en.json": file(),
        "test-context-th-question-th.json": file(qas=other),
        "xquad.ru/validation.parquet": _written("write_parquet", [row]),
    }


def miracl() -> Files:
    """Return MIRACL's folders in two languages."""
    found: Files = {}
    for lang in ("sw", "th"):
        rows = [{"docid": f"{n}#0", "title": each, "text": f"Mto {each}."} for n, each in enumerate(ITEMS)]
        found[f"miracl-corpus-v1.0-{lang}/docs-0.jsonl.gz"] = gzip.compress(_lines(rows))
        found[f"miracl-corpus-v1.0-{lang}/docs-1.jsonl"] = _lines([{"docid": "9#0", "text": "Mto."}])
        folder = f"miracl-v1.0-{lang}"
        topics = "".join(f"{n}\t{each} wapi?\n" for n, each in enumerate(ITEMS))
        qrels = "".join(f"{n} Q0 {m}#0 {int(n == m)}\n" for n in range(3) for m in range(3))
        found[f"{folder}/topics/topics.miracl-v1.0-{lang}-dev.tsv"] = topics.encode()
        found[f"{folder}/qrels/qrels.miracl-v1.0-{lang}-dev.tsv"] = qrels.encode()
    return found


def mmarco() -> Files:
    """Return mMARCO's files in two languages."""
    found: Files = {"qrels.dev.small.tsv": b"3\t0\t7\t1\n4\t0\t8\t1\n"}
    for name, lang in (("german", "de"), ("english", "en")):
        found[f"{name}_collection.tsv"] = f"7\t{TEXTS[lang]} Nil\n8\t{TEXTS[lang]} Eis\n".encode()
        found[f"{name}_queries.dev.small.tsv"] = f"3\tNil {lang}?\n4\tEis {lang}?\n".encode()
    found["english_collection.tsv.gz"] = gzip.compress(found.pop("english_collection.tsv"))
    return found


def trec() -> Files:
    """Return TREC's form, as JSON and as XML."""
    titles = [{"lang": "eng", "topic_title": "Where is the Nile?"}, {"lang": "fas", "topic_title": "نیل؟"}]
    return {
        "docs.fas.jsonl": _lines([{"id": "d1", "title": "Nile", "text": "نیل"}, {"id": "d2", "text": "یخ"}]),
        "docs.de.xml": b"<DOC><DOCNO>d3</DOCNO><TEXT>Der Nil &amp; das Eis</TEXT></DOC>",
        "topics.jsonl": _lines([{"topic_id": "1", "topics": titles}]),
        "topics.de.xml": b"<topic lang='de'><identifier>2</identifier><title>Nil?</title></topic>",
        "qrels.txt": b"1 0 d1 3\n1 0 d2 0\n2 0 d3 1\n",
    }


def xbcp() -> Files:
    """Return two corpora of XBCP's form, with sub-queries and both judgements."""
    return {
        "data/crosslingual/crosslingual_corpus_tevatron.jsonl": _lines(
            [{"docid": each, "title": each, "text": f"{TEXTS['de']} {each}."} for each in ITEMS]
        ),
        "data/crosslingual/lang_assignment.json": json.dumps({"nile": "German", "bees": "Zulu"}).encode(),
        "data/multilingual/multilingual_corpus.jsonl.gz": gzip.compress(
            _lines([{"id": each, "contents": each, "language": "wo"} for each in ITEMS])
        ),
        "topics-qrels/queries.tsv": "".join(f"{each}\tWhere is the {each}?\n" for each in ITEMS).encode(),
        "topics-qrels/sub_queries.jsonl": _lines(
            [{"query_id": "nile", "sub_query": f"{n}?"} for n in (1, 2)]
        ),
        "topics-qrels/qrel_evidence.txt": b"nile 0 nile 1\nnile 0 ice 1\nbees 0 bees 1\nice 0 ice 0\n",
        "topics-qrels/qrel_golds.txt": b"nile 0 nile 1\n",
    }


def trec_run() -> Files:
    """Return a TREC run and a JSON run of the collection that `three_tables` is."""
    ids = [f"{item}-{lang}" for item in ITEMS for lang in LANGS]
    lines = "".join(f"{q} Q0 {p} {n} {1 / n} tag\n" for q in ids for n, p in enumerate(ids, 1))
    scores = {q: {p: 1 / n for n, p in enumerate(ids, 1)} for q in ids}
    return {
        "a.run": lines.encode(),
        "b.json": json.dumps(scores).encode(),
        "c.run.gz": gzip.compress(lines.encode()),
    }


SOURCES: dict[str, Callable[[], Files]] = {
    each.__name__: each
    for each in (tables, three_tables, beir, mteb, squad, miracl, mmarco, trec, xbcp, trec_run)
}
SINGLE = {"tables", "trec_run"}
"""Forms whose files are a source each."""
