"""The examples of docs/python.md, run one after the other."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

import hybrid_tui as ht
from hybrid_tui.errors import Cancelled

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
EXAMPLE = re.compile(r"^( *)```python\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def test_every_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    examples = [dedent(code) for _, code in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))]
    assert len(examples) == 12
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), names)
    assert names["vectors"].shape == (2, 384)
    assert names["similarity"][0, 1] > 0.8
    assert len(names["questions"]) > 0
    assert names["table"].columns == ["system", "rank", "score", "lang", "passage_id", "text"]
    assert names["best"] == names["table"]["text"][0]
    assert names["summary"].height == 6
    assert names["pairs"].columns == ["system", "query_lang", "passage_lang", "queries", "mAP", "nDCG@10"]
    assert set(names["pairs"]["passage_lang"]) == set(names["collection"].languages)
    assert set(names["evidence"]["lang"]) == {"", *names["collection"].languages}
    assert "monolingual" in capsys.readouterr().out
    assert names["curve"]["strength"].to_list() == [0, 0.5, 1]
    assert names["system"].startswith("me5-small")
    assert names["svg"].startswith("<svg")
    assert names["cells"].height == 121
    assert "use-m3" in names["told"]
    assert {"pushed out", "own language"} <= set(names["findings"]["kind"])
    assert len(names["texts"]) == 5
    assert len(names["rows"]) == len(names["batch"].items)
    assert [each.name for each in names["models"]] == ["my-me5-small-head-mono", "my-me5-small-head-hybrid"]
    assert "does hybrid cost monolingual accuracy?" in names["answers"][-1]
    assert {path.name for path in tmp_path.iterdir()} == {"results.html", "me5-small.run.gz", "fair.html"}
    for shown in ("found", "evaluated", "compared"):
        assert "<table" in names[shown]._repr_html_()
    assert names["gaps"]._repr_html_().startswith("<svg")


def test_a_call_is_cancelled_and_says_how_far_it_is():
    said: list[tuple[str, int, int]] = []
    ht.evaluate("me5-small", progress=lambda *step: said.append(step))
    assert ("me5-small: ranking", 0, 0) in said
    assert all(done == total for _, done, total in said[-1:])
    with pytest.raises(Cancelled):
        ht.evaluate("me5-small+center", cancelled=lambda: True)
    assert [each.evaluation.manifest.system for each in ht.list_evaluations()] == ["me5-small"]
