"""A folder of XBCP's shape: ten questions, 12 languages, three corpora; texts of no language."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.checkpoints import WORDS

ITEMS = 10
LANGUAGES = (
    *("Chinese", "English", "French", "German", "Japanese", "Korean"),
    *("Portuguese", "Spanish", "Swahili", "Wolof", "Yoruba", "Zulu"),
)
CODES = dict(
    zip(LANGUAGES, ["zh", "en", "fr", "de", "ja", "ko", "pt", "es", "sw", "wo", "yo", "zu"], strict=True)
)
CROSSED = [lang for lang in LANGUAGES if lang not in {"English", "Portuguese"}]
"""The language of all evidence of each question in the cross-lingual corpus."""
EVIDENCE = {f"{item}-{n}": item for item in range(ITEMS) for n in range(3)}
"""Documents that answer, three a question, the first of them gold."""
NEGATIVES = [f"n{n}" for n in range(20)]
DOCUMENTS = [*EVIDENCE, *NEGATIVES]


def text(document: str, lang: str = "English", words: int = 40) -> str:
    """Return the text of a document in a language: words that tiny checkpoints know, in any order."""
    return _said(f"{document} {lang}", words)


def question(item: int, part: int = 0) -> str:
    """Return the question of an item, or one of its sub-queries, from 1."""
    return f"{_said(f'question {item} {part}', 6)} {item}?"


def _said(seed: str, words: int) -> str:
    return " ".join(Random(seed).choices(WORDS[:8], k=words))


def assigned(corpus: str) -> dict[str, str]:
    """Return the language of each document of evidence, by its English name."""
    if corpus == "crosslingual":
        return {document: CROSSED[item] for document, item in EVIDENCE.items()}
    return {document: LANGUAGES[at % 12] for at, document in enumerate(EVIDENCE)}


def write(folder: Path, words: int = 40) -> Path:
    """Write the folder, as XBCP's instructions leave it."""
    for corpus in ("crosslingual", "multilingual"):
        langs = assigned(corpus)
        rows = [(each, text(each, langs.get(each, "English"), words)) for each in DOCUMENTS]
        own = folder / "data" / corpus
        _jsonl(
            own / f"{corpus}_corpus_tevatron.jsonl", [{"docid": each, "text": told} for each, told in rows]
        )
        _jsonl(own / f"{corpus}_corpus.jsonl", [{"id": each, "contents": told} for each, told in rows])
        (own / "lang_assignment.json").write_text(json.dumps(langs))
    asked = {str(item): CROSSED[item] for item in range(ITEMS)}
    (folder / "data" / "crosslingual" / "query_lang_assignment.json").write_text(json.dumps(asked))
    original = folder / "data" / "original"
    _jsonl(
        original / "corpus.jsonl", [{"docid": each, "text": text(each, words=words)} for each in DOCUMENTS]
    )
    whole = [
        {
            "query_id": str(item),
            "query": question(item),
            "answer": "-",
            "gold_docs": [{"docid": f"{item}-0", "text": "-"}],
            "evidence_docs": [{"docid": f"{item}-{n}", "text": "-"} for n in range(3)],
        }
        for item in range(ITEMS)
    ]
    _jsonl(original / "browsecomp_plus_decrypted.jsonl", whole)
    topics = folder / "topics-qrels"
    topics.mkdir()
    (topics / "queries.tsv").write_text("".join(f"{item}\t{question(item)}\n" for item in range(ITEMS)))
    evidence = "".join(f"{item} 0 {document} 1\n" for document, item in EVIDENCE.items())
    (topics / "qrel_evidence.txt").write_text(evidence)
    (topics / "qrel_golds.txt").write_text("".join(f"{item} 0 {item}-0 1\n" for item in range(ITEMS)))
    return folder


def _jsonl(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
