"""`hybrid-tui mteb`: choosing tasks, showing what is kept, and what cannot be had."""

from __future__ import annotations

import json
import sys

import pytest

from hybrid_tui import settings
from hybrid_tui.encoders import model

from .conftest import Cli


def keep(name: str, value: float) -> None:
    """Keep a German score of XQuADRetrieval as mteb does."""
    folder = (
        settings.data_dir() / "mteb" / "results" / f"hybrid-tui__{name}" / model.resolve(name).fingerprint
    )
    folder.mkdir(parents=True)
    scores = [{"hf_subset": "de", "languages": ["deu-Latn"], "main_score": value}]
    result = {"task_name": "XQuADRetrieval", "scores": {"validation": scores}}
    (folder / "XQuADRetrieval.json").write_text(json.dumps(result))


def test_what_is_kept_is_shown_without_running_it_again(cli: Cli):
    keep("me5-small", 0.75)
    keep("use-m3", 0.5)
    words = ("mteb", "-m", "me5-small", "-m", "use-m3", "--tasks", " XQuADRetrieval,", "--langs", "deu")
    said = cli(*words)
    assert (said.code, said.err) == (0, "")
    assert ["me5-small", "XQuADRetrieval", "validation", "de", "0.7500"] in said.lines
    assert ["use-m3", "XQuADRetrieval", "validation", "de", "0.5000"] in said.lines
    rows = cli(*words, "--json").json
    assert [(row["model"], row["subset"], row["monolingual"], row["value"]) for row in rows] == [
        ("me5-small", "de", True, 0.75),
        ("use-m3", "de", True, 0.5),
    ]


def test_offline_the_missing_data_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    for library in ("huggingface_hub.constants", "datasets.config"):
        monkeypatch.setattr(f"{library}.HF_HUB_OFFLINE", True)  # they read the environment at import alone
    said = cli("mteb", "-m", "use-m3", "--tasks", "XQuADRetrieval", "--langs", "deu")
    assert (said.code, said.out) == (1, "")
    assert "the data of XQuADRetrieval (mteb/XQuADRetrieval) cannot be had" in said.err
    assert "hint: run it once with a network" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tasks", "XQuADRetrievel"], "did you mean XQuADRetrieval"),
        (["--tasks", "XQuADRetrieval", "--langs", "deutsch"], "no language in these tasks named 'deutsch'"),
        (["--preset", "monolingual"], "did you mean monolingual-retrieval"),
        (["--preset", "monolingual-retrieval", "--tasks", "STS22"], "tasks and a preset together"),
        ([], "no task to run"),
        (["-m", "me5-smal", "--tasks", "XQuADRetrieval"], "did you mean me5-small"),
    ],
)
def test_a_wrong_request_is_told(cli: Cli, words: list[str], told: str):
    said = cli("mteb", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_without_the_extra_the_way_to_get_it_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "mteb", None)
    said = cli("mteb", "--tasks", "XQuADRetrieval")
    assert said.code == 1
    assert said.err == 'error: mteb is not installed\nhint: pip install "hybrid-tui[mteb]"\n'
