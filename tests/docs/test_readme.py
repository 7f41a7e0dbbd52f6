from __future__ import annotations

import re
from pathlib import Path

import hybrid_tui as ht

README = Path(__file__).parents[2] / "README.md"
QUERY = re.compile(r'`hybrid-tui search "([^"]+)" --langs (\S+)')


def test_the_first_query_is_answered_by_the_first_passages():
    query, langs = QUERY.search(README.read_text(encoding="utf-8")).groups()
    answer = "birds-07"
    assert ht.load_collection().queries.filter(item_id=answer, lang="de")["text"][0] != query
    (ranking,) = ht.search(query, "use-m3", langs=langs.split(","), k=3).rankings
    assert {hit.passage_id for hit in ranking.hits} >= {f"{lang}-{answer}" for lang in langs.split(",")}
