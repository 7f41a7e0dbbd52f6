"""XBCP from its folder to the evidence recall and the language gap, on ten questions and a tiny model."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.evaluation import results

from .. import xbcp
from ..checkpoints import checkpoint
from ..toys import kept
from .conftest import Cli

CORPORA = {"xbcp": "cross-lingual", "xbcp-mixed": "multilingual", "xbcp-original": "original"}
PARTS = {3: 2, 7: 3}
"""How many sub-queries ask an item, where not its own text."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = xbcp.write(tmp_path / "XBCP")
    rows = [f"{item}\t{xbcp.question(item, part + 1)}\n" for item, n in PARTS.items() for part in range(n)]
    (path / "topics-qrels" / "sub_queries.tsv").write_text("".join(rows))
    return path


def ranks_of(name: str, model: str) -> dict[str, dict[str, int]]:
    """The rank of each document of evidence for each query, by its best chunk, counted in float64."""
    collection = catalog.load(name)
    langs = sorted(collection.passages["lang"].unique())
    pool = np.concatenate([kept(collection, model, "passage", lang) for lang in langs]).astype(np.float64)
    documents = collection.passages["document"].to_list()
    order = {document: at for at, document in enumerate(dict.fromkeys(documents))}
    found = {}
    queries = kept(collection, model, "query", "en").astype(np.float64)
    for query, vector in zip(collection.queries["query_id"], queries, strict=True):
        best: dict[str, float] = defaultdict(lambda: -9.0)
        for document, score in zip(documents, (pool * vector).sum(axis=1), strict=True):
            best[document] = max(best[document], score)
        ranked = sorted(best, key=lambda each: (-best[each], order[each]))
        found[query] = {each: ranked.index(each) + 1 for each in xbcp.EVIDENCE}
    return found


def recalled(ranks: dict[str, dict[str, int]], k: int, wanted: set[str]) -> float:
    shares = []
    for item in range(xbcp.ITEMS):
        own = {document for document in wanted if xbcp.EVIDENCE[document] == item}
        parts = [each for query, each in ranks.items() if query.partition("/")[0] == str(item)]
        if own:
            shares.append(sum(any(part[each] <= k for part in parts) for each in own) / len(own))
    return float(np.mean(shares))


def test_evidence_recall_and_language_gap_from_the_folder_on(
    cli: Cli, folder: Path, one_thread: None
) -> None:
    model = str(checkpoint(folder.parent / "tiny", max_length=64))
    for name, corpus in CORPORA.items():
        said = cli("data", "add", name, folder, "--corpus", corpus, "--chunk", 8, "--overlap", 2)
        assert said.code == 0, said.err
        assert "2 questions asked by sub-queries, 5 in all" in said.out
        assert "50 documents cut into chunks of 8 words, 2 of them the last of the one before" in said.out
    for name, assigned in (("xbcp", "crosslingual"), ("xbcp-mixed", "multilingual")):
        words = ("evidence", "-d", name, "--original", "xbcp-original", "-m", model, "--draws", 100)
        told = cli(*words, "-k", 3, "-k", 20, "--json").json
        assert (told["items"], told["queries"]) == (10, 13)
        here, there = ranks_of(name, model), ranks_of("xbcp-original", model)
        of_lang: dict[str, set[str]] = {"": set(xbcp.EVIDENCE)}
        for document, lang in xbcp.assigned(assigned).items():
            of_lang.setdefault(xbcp.CODES[lang], set()).add(document)
        (lines,) = told["results"].values()
        assert [(line["k"], line["language"]) for line in lines] == [
            (k, lang) for k in (3, 20) for lang in sorted(of_lang)
        ]
        for line in lines:
            wanted = of_lang[line["language"]]
            assert line["documents"] == len(wanted)
            assert line["recall"] == pytest.approx(recalled(here, line["k"], wanted))
            assert line["gap"]["b"] == pytest.approx(recalled(there, line["k"], wanted))
            assert line["gap"]["difference"] == pytest.approx(line["gap"]["b"] - line["recall"])
    table = cli(*words, "-k", 3)
    assert max(map(len, table.out.splitlines())) <= 80
    assert {"wo", "yo", "zu", "sw"} <= {line[0] for line in table.lines if line}
    kept_pool = {each.manifest.collection: sum(each.manifest.pool) for each in results.kept()}
    assert set(kept_pool.values()) == {50}


def test_wrong_requests_are_told(cli: Cli) -> None:
    assert cli("evidence", "-d", "starter", "-k", 0).code == 2
    said = cli("evidence", "-d", "starter", "--original", "nowhere", "-m", "me5-small")
    assert said.code == 2
    assert "nowhere" in said.err
