"""`explore` where nothing can be drawn: its first view as text."""

from __future__ import annotations

import pytest

from hybrid_tui.cli import first_view

from ..toys import MODELS, toy
from .conftest import Cli

PANES = ("-m", MODELS[0], "-m", MODELS[1])


@pytest.fixture
def a_toy(own_folders) -> None:
    toy(models=MODELS)


def test_the_first_question_is_answered_in_panes_beside_each_other(cli: Cli, a_toy: None):
    said = cli("explore", "-d", "toy", *PANES, columns=100)
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[:2] == ["toy: 36 passages in 3 languages, question in English", "en question 0? [/x]"]
    assert any(line.split() == [*MODELS] for line in lines)
    assert any("RBO" in line and line.startswith("base") for line in lines)
    assert any("●" in line for line in lines)
    assert f"{MODELS[0]}: rank gap" in lines
    assert "`hybrid-tui explore`" in said.out
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in said.out


def test_panes_stand_below_each_other_where_there_is_no_room(cli: Cli, a_toy: None):
    lines = cli("explore", "-d", "toy", *PANES, columns=50).out.splitlines()
    first, second = (lines.index(name) for name in MODELS)
    assert second > first + 5
    assert max(map(len, lines)) <= 50


def test_a_session_is_printed_and_where_the_app_was_left_is_not(cli: Cli, a_toy: None, own_folders, tmp_path):
    session = '{"data": "toy", "panes": ["use-m3"], "query": "th question 1? [/x]", "question": %s}'
    question = '{"query_id": "th-q1", "lang": "th", "text": "th question 1? [/x]"}'
    file = tmp_path / "kept.json"
    file.write_text(session % question)
    left = own_folders / "state" / "hybrid-tui" / "explore.json"
    left.parent.mkdir(parents=True)
    left.write_text(file.read_text())
    assert "th question 1?" in cli("explore", "--session", file).out
    assert "en question 0?" in cli("explore", "-d", "toy", *PANES).out
    assert cli("explore", "--session", file, "-d", "toy").code == 2


def test_what_takes_long_is_told_instead(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    toy(models=())
    monkeypatch.setattr(first_view, "SECONDS", -1)
    said = cli("explore", "-d", "toy", "-m", "use-m3", columns=200)
    assert said.code == 0, said.err
    assert "hybrid-tui evaluate -m use-m3 -d toy" in said.out
    assert "hybrid-tui bias -m use-m3 -d toy" in said.out


def test_a_name_that_is_none_is_told(cli: Cli, a_toy: None):
    assert "me5-small" in cli("explore", "-d", "toy", "-m", "me5-smal").err
