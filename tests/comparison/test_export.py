import csv
import json
from io import StringIO

import pytest

from hybrid_tui.comparison.export import FORMATS, as_csv, as_json, markdown, trec_run
from hybrid_tui.comparison.ranking import Hit, Ranking

TEXT = 'a | b\n"c", [/d] <i>'


def ranking(system: str, ids: str) -> Ranking:
    hits = tuple(
        Hit(rank, passage, "de", 1 / rank, TEXT, passage == "b")
        for rank, passage in enumerate(ids.split(), 1)
    )
    return Ranking(system, "starter", "Wer?", "de", ("de", "en"), 9, hits)


RANKINGS = [ranking("one", "a b c"), ranking("two+center", "b a x")]


def test_csv_has_a_line_a_passage() -> None:
    rows = list(csv.DictReader(StringIO(as_csv(RANKINGS, "q1"))))
    assert [(row["system"], row["passage_id"], row["move"]) for row in rows] == [
        ("one", "a", ""),
        ("one", "b", ""),
        ("one", "c", ""),
        ("two+center", "b", "▲1"),
        ("two+center", "a", "▼1"),
        ("two+center", "x", "new"),
    ]
    assert {row["text"] for row in rows} == {TEXT}
    assert {row["query_id"] for row in rows} == {"q1"}
    assert (rows[2]["score"], rows[1]["relevant"], rows[0]["relevant"]) == (repr(1 / 3), "1", "0")


def test_json_tells_the_same() -> None:
    found = json.loads(as_json(RANKINGS, "q1"))
    assert (found["query"], found["query_id"], found["langs"]) == ("Wer?", "q1", ["de", "en"])
    assert [hit["move"] for hit in found["results"][1]["hits"]] == ["▲1", "▼1", "new"]
    assert found["results"][0]["hits"][1]["relevant"] is True


def test_a_trec_run_has_a_tag_a_system_and_no_spaces_in_names() -> None:
    run = trec_run([ranking("one", "a"), ranking("my model+center", "b")], "q 1%")
    assert run == "q%201%25 Q0 a 1 1.0 one\nq%201%25 Q0 b 1 1.0 my%20model+center\n"
    assert trec_run(RANKINGS).startswith("query Q0 a 1 1.0 one\n")


def test_markdown_keeps_its_tables_whole() -> None:
    text = markdown(RANKINGS, "q1")
    rows = [line for line in text.splitlines() if line.startswith("| 1")]
    assert rows[1] == '| 1 | ▲1 | yes | de | 1.000 | a \\| b "c", [/d] &lt;i> |'
    assert "## two+center · RBO" in text
    assert "2/3 shared" in text


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.ending)
def test_one_ranking_without_passages_can_be_written(form) -> None:
    assert form.write([ranking("one", "")], "") is not None
