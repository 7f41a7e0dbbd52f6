from __future__ import annotations

import msgspec
import pytest

from hybrid_tui.evaluation import evaluate, results
from hybrid_tui.evaluation.verdict import QUESTIONS

from .. import toys
from ..toys import MODELS, toy
from .conftest import Cli

QUICK = ("--draws", "200")


@pytest.fixture
def trained() -> None:
    """Keep evaluations that say that they are of trained models: hybrid's is mono's, cross's another's."""
    toy(models=MODELS)
    for sampler, name in (("mono", "me5-small"), ("hybrid", "me5-small"), ("cross", "use-m3")):
        made = evaluate.evaluate(toys.system(name, "toy"))
        about = msgspec.structs.replace(
            made.manifest, model=sampler, model_fingerprint=sampler, backbone="xlm-r", sampler=sampler
        )
        results.keep(about, made.ranks, made.values, made.bias_values)
        results.remove(made)


def test_the_published_figures_are_judged(cli: Cli):
    said = cli("verdict", *QUICK)
    assert said.code == 0
    first = said.out.splitlines()[0]
    assert first == "your evaluations: no evaluation of both hybrid and mono is kept"
    assert "XQuAD-R, xlm-r (arXiv 2408.10536, Table 3)" in said.out
    assert "hybrid is not worse than mono: +.006" in said.out
    told = " ".join(said.out.split())
    assert "does hybrid cost monolingual accuracy? no in 4, " in told
    assert "worse: behind, and the whole 95 % interval beyond a loss of .010" in told
    assert ".016 at the least" in told  # seven languages


def test_lines_are_indented_and_fit_in_80_columns(cli: Cli):
    lines = cli("verdict", *QUICK).out.splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line for line in lines if "arXiv 2408.10536" in line]
    assert len(heads) > 3
    assert all(line.rstrip().endswith(")") and not line.startswith(" ") for line in heads)
    assert "\x1b" not in "".join(lines)


@pytest.mark.usefixtures("trained")
def test_what_is_kept_is_judged_first(cli: Cli):
    found = cli("verdict", *QUICK, "--json").json
    assert found["answers"][0] == "your evaluations: does hybrid cost monolingual accuracy? no in 1 of 1"
    first = found["judgements"][0]
    assert (first["collection"], first["backbone"], first["baseline"]) == ("toy", "xlm-r", "mono")
    assert (first["candidate"], first["unit"], first["indicative"]) == ("hybrid", "item", False)
    assert first["comparison"]["difference"] == 0
    assert first["words"].startswith("monolingual mAP: hybrid is not worse than mono: .000")
    assert any(each["indicative"] for each in found["judgements"])


@pytest.mark.usefixtures("trained")
def test_one_collection_alone_can_be_judged(cli: Cli):
    words = ("verdict", "--no-published", *QUICK, "--json")
    answer = cli(*words, "--data", "toy").json["answers"][0]
    assert answer.endswith("no in 1 of 1")
    (answer,) = cli(*words, "--data", "starter").json["answers"]
    assert answer == "your evaluations: no evaluation of both hybrid and mono is kept"
    assert len(cli(*words, "-d", "toy", "-d", "starter").json["judgements"]) == len(QUESTIONS)


def test_any_two_systems_are_judged(cli: Cli):
    toy(models=MODELS)
    said = cli("verdict", *MODELS, "-d", "toy", *QUICK)
    assert "toy (kept evaluations)" in said.out.splitlines()
    for setting in ("monolingual", "cross-lingual", "multilingual"):
        assert f"{setting} mAP: use-m3 " in said.out
    assert "Table" not in said.out
    found = cli("verdict", *MODELS, "-d", "toy", *QUICK, "--json").json
    assert [each["setting"] for each in found["judgements"]] == [
        "monolingual",
        "cross-lingual",
        "multilingual",
        "multilingual",
    ]
    assert {each.manifest.model for each in results.kept()} == set(MODELS)


def test_a_margin_decides(cli: Cli):
    toy(models=MODELS)
    words = ("verdict", *MODELS, "-d", "toy", *QUICK, "--json", "--margin")
    verdicts = [each["comparison"]["verdict"] for each in cli(*words, 1).json["judgements"]]
    assert verdicts[:3] == ["not worse"] * 3
    assert cli(*words, 0).json["judgements"][1]["comparison"]["verdict"] != "not worse"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("me5-small",), "verdict takes two systems or none, not 1"),
        (("a", "b", "c"), "not 3"),
        (("me5-small", "use-m4"), "did you mean use-m3"),
        (("-d", "toi"), "did you mean toy"),
        (("me5-small", "use-m3", "-d", "toi"), "did you mean toy"),
    ],
)
def test_what_is_asked_wrongly_is_told(cli: Cli, words: tuple[str, ...], said: str):
    toy()
    answer = cli("verdict", *words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
    assert results.kept() == []


def test_help_has_an_example(cli: Cli):
    assert "Example: hybrid-tui verdict" in cli("verdict", "--help").out
