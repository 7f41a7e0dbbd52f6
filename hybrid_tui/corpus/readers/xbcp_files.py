"""Which files of BrowseComp-Plus, XBCP or another folder in Tevatron's form hold what, by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from hybrid_tui.corpus.table_files import split_name

CORPORA = ("cross-lingual", "multilingual", "original")
"""In the order in which one is taken of several."""
QRELS = ("evidence", "gold", "")
LINES = {"jsonl", "ndjson"}
_MARKUP = {".xml", ".sgml", ".trec", ".txt"}
_ASSIGNED = re.compile(r"(docs?|documents?)?[-_.]?lang(uage)?s?([-_.]?(assignments?|map(ping)?))?")
_SUB = re.compile(r"sub[-_]?quer")


@dataclass(frozen=True)
class SourceFiles:
    """Files by what they hold: corpora and assigned languages by corpus, judgements by kind."""

    corpora: dict[str, list[Path]]
    assigned: dict[str, list[Path]]
    queries: list[Path]
    parts: list[Path]
    qrels: dict[str, list[Path]]
    others: list[Path]

    @property
    def asked(self) -> list[Path]:
        """The files whose queries are asked: BrowseComp-Plus's whole data only where there are no others."""
        return [file for file in self.queries if "decrypted" not in file.name.lower()] or self.queries


def sorted_files(path: Path) -> SourceFiles:
    """Sort the files of a folder and of three levels below by their names."""
    found = SourceFiles({}, {}, [], [], {}, [])
    for file in sorted(
        each for level in ("*", "*/*", "*/*/*") for each in path.glob(level) if each.is_file()
    ):
        name, (stem, form) = file.name.lower(), split_name(file)
        stem, folders = stem.lower(), str(file.parent.relative_to(path)).lower()
        if "qrel" in name:
            found.qrels.setdefault(next(kind for kind in QRELS if kind in name), []).append(file)
        elif form and _ASSIGNED.fullmatch(stem):
            found.assigned.setdefault(_corpus_of(file, path), []).append(file)
        elif (form in LINES and "corpus" in stem) or (
            form == "parquet" and re.search("corpus|original", stem + folders)
        ):
            found.corpora.setdefault(_corpus_of(file, path), []).append(file)
        elif (form in {*LINES, "tsv"} or file.suffix in _MARKUP) and re.search("quer|topic|decrypted", name):
            skipped = re.search("assign|translat", name)
            (found.others if skipped else found.parts if _SUB.match(stem) else found.queries).append(file)
        elif form:
            found.others.append(file)
    for corpus, each in found.corpora.items():
        if own := [file for file in each if "tevatron" in file.name.lower()]:
            found.others.extend(file for file in each if file not in own)
            found.corpora[corpus] = own
    return found


def _corpus_of(file: Path, path: Path) -> str:
    """Return which of CORPORA a file belongs to; "" where its path does not tell."""
    told = re.sub(r"[-_ ]", "", str(file.relative_to(path)).lower())
    return next((name for name in CORPORA if name.replace("-", "") in told), "")
