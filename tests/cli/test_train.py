"""`train` and `sweep` as a user meets them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from hybrid_tui import settings
from hybrid_tui.cli import plan_view
from hybrid_tui.cli.train_view import TrainingView
from tests.checkpoints import checkpoint
from tests.cli.conftest import Cli
from tests.processes import started, until
from tests.training.conftest import LANGS, pairs_file, some_negatives

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("one_thread")]
WORDS = ("--batch-size", 4, "--validation", 0, "--lora-rank", 2)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """Options that name a tiny backbone and tiny data."""
    folder = tmp_path_factory.mktemp("tiny")
    return ["-b", checkpoint(folder / "tiny"), "-d", pairs_file(folder / "pairs.jsonl"), *WORDS]


def test_a_trained_model_is_listed_and_answers_at_once(cli: Cli, tiny: list[object]):
    said = cli("train", "--sampler", "hybrid", *tiny, "--steps", 4, "--name", "mine")
    assert said.code == 0, said.err
    assert "mine: trained in" in said.out
    assert "hybrid-tui explore -m me5-small -m mine" in said.out
    listed = {each["name"]: each for each in cli("models", "list", "--json").json}
    assert listed["mine"]["sampler"] == "hybrid"
    found = cli("search", "which river", "-m", "mine", "--langs", "de", "-k", 3, "--json").json
    assert [hit["rank"] for hit in found["results"][0]["hits"]] == [1, 2, 3]


def test_in_a_pipe_it_is_plain(cli: Cli, tiny: list[object]):
    words = ["--steps", 4, "--name", "mine", "--validation", 0.3, "--evaluate-every", 2, "--tuning", "head"]
    said = cli("train", *tiny, *words)
    assert said.code == 0, said.err
    assert [line for line in said.err.splitlines() if "step" in line] == [
        line for line in said.err.splitlines() if line.startswith("mine: step ") and "validation" in line
    ]
    assert "\x1b" not in said.err + said.out


def test_json_tells_what_was_made(cli: Cli, tiny: list[object]):
    made = cli("train", *tiny, "--steps", 3, "--seeds", 2, "--name", "two", "--tuning", "head", "--json").json
    assert [each["name"] for each in made] == ["two-seed1", "two-seed2"]
    assert made[0]["steps"] == 3
    assert made[0]["losses"]["first"] > 0
    assert Path(made[0]["folder"]).is_dir()


def test_a_dry_run_tells_the_plan_and_trains_nothing(cli: Cli, tiny: list[object]):
    plan = cli("train", *tiny, "--steps", 40, "--schedule", "stratified", "--dry-run", "--json").json
    assert plan["name"] == "tiny-head-hybrid"
    assert plan["modes"] == {"mono": 20, "cross": 20}
    assert plan["languages"] == list(LANGS)
    assert sum(map(sum, plan["language_pairs"])) == 40 * 4
    assert plan["steps_per_epoch"] == 4
    covered = plan["item_coverage"]
    assert (covered["items"], covered["drawn"], covered["epoch_steps"], covered["epoch_rows"]) == (
        16,
        16,
        4,
        16,
    )
    assert 4 <= covered["epoch_drawn"] <= 16
    assert plan["epochs"] == 10
    assert plan["settings"]["temperature"] == 0.05
    assert plan["estimate"]["texts"] == 96
    assert plan["estimate"]["step"] > 0
    assert plan["estimate"]["total"] is None
    assert not (settings.data_dir() / "models").exists()
    said = cli("train", *tiny, "--steps", 40, "--schedule", "stratified", "--dry-run", columns=100)
    assert f"epoch: {covered['epoch_drawn']} of 16," in " ".join(said.out.split())
    for words in ("16 items", "estimated time", "query language", "learning rate", "modes in 40 steps: "):
        assert words.replace(" rate", "_rate") in said.out or words in said.out


@pytest.mark.parametrize("tuning", ["head", "lora"])
def test_a_dry_run_opens_no_backbone(cli: Cli, tiny: list[object], tuning: str):
    def opened(*_: object) -> None:
        raise AssertionError("nothing is to be trained or encoded")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("hybrid_tui.encoders.model.load", opened)
        patched.setattr("hybrid_tui.training.backbone.opened", opened)
        said = cli("train", *tiny, "--tuning", tuning, "--dry-run")
    assert said.code == 0, said.err
    assert ("texts to encode" if tuning == "head" else "estimated time: not known") in said.out


def test_hard_negatives_are_told_of_a_plan_and_of_a_step(cli: Cli, tiny: list[object], tmp_path: Path):
    file = some_negatives(pairs_file(tmp_path / "some.jsonl"))
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows[1]["negative_1"] = rows[2]["passage"]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    words = ["train", "-b", tiny[1], "-d", file, *WORDS, "--batch-size", 16, "-s", "mono", "--tuning", "head"]
    plan = cli(*words, "--dry-run", "--json").json
    assert plan["hard_negatives"] == {"pairs": 48, "rows": 13, "total": 19, "most": 2, "own": 1}
    assert plan["estimate"]["texts"] == 96 + 14  # of 19 negatives, those that differ
    blank, own = plan["notes"]
    assert blank == "some: 6 hard negatives without text, left out"
    assert own.startswith("1 hard negatives are the row's own passage, or a translation of it")
    said = cli(*words, "--dry-run")
    assert "hard negatives: 19 in 13 of 48 rows, up to 2 a row" in said.out
    assert f"note: {own}" in said.err
    batch = cli(*words, "--explain-step", 1, "--json").json
    given = [len(row["negatives"]) for row in batch["rows"]]
    assert 0 < sum(map(bool, given)) < 16
    said = cli(*words, "--explain-step", 1).out
    assert f"hard negatives: {sum(given)} in {sum(map(bool, given))} of 16 rows" in said


def test_a_step_explained(cli: Cli, tiny: list[object]):
    words = ["--steps", 9, "--sampler", "cross", "--explain-step", 2]
    batch = cli("train", *tiny, *words, "--json").json
    assert (batch["step"], batch["mode"], batch["data_set"]) == (2, "cross", "pairs")
    assert len({row["item_id"] for row in batch["rows"]}) == 4
    for row in batch["rows"]:
        assert row["query_lang"] != row["passage_lang"]
        assert row["query"].endswith(row["query_lang"])
    said = cli("train", *tiny, *words)
    assert said.out.startswith("step 2: cross, 4 rows of pairs")
    wrong = cli("train", *tiny, "--steps", 9, "--explain-step", 10)
    assert wrong.code == 2
    assert "there is no step 10" in wrong.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--alpha", 1.5], "alpha is a share of mono batches"),
        (["--langs", "fr"], "no rows in fr"),
        (["--sampler", "cross", "--langs", "en"], "cannot serve the sampler cross"),
        (["--batch-size", 50], "a batch of 50"),
        (["--steps", 3, "--epochs", 2], "say the same thing twice"),
        (["--name", "me5-small"], "is the name of a backbone"),
        (["--resume", "--name", "none"], "no training of none to resume"),
        (["--data", "no-such"], "no collection named"),
        (["--epochs", -1], "--epochs must be above 0"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(cli: Cli, tiny: list[object], words: list[object], problem: str):
    said = cli("train", *tiny, "--tuning", "head", *words)
    assert (said.code, said.out) == (2, "")
    assert problem in said.err
    assert "Traceback" not in said.err


def test_a_name_that_exists(cli: Cli, tiny: list[object]):
    words = ["train", *tiny, "--tuning", "head", "--steps", 2, "--name", "mine"]
    assert cli(*words).code == 0
    again = cli(*words)
    assert again.code == 2
    assert "--overwrite" in again.err
    assert cli(*words, "--overwrite").code == 0


def test_several_samplers_differ_in_nothing_else(cli: Cli, tiny: list[object]):
    three = ["-s", "mono", "-s", "cross", "-s", "hybrid"]
    words = ["train", *tiny[:4], *three, "--tuning", "head", "--steps", 3, "--name", "x"]
    plans = cli(*words, "--dry-run", "--json").json
    assert [each["name"] for each in plans] == ["x-mono", "x-cross", "x-hybrid"]
    assert len({each["settings"]["batch_size"] for each in plans}) == 1
    wrong = cli(*words, "--explain-step", 1)
    assert wrong.code == 2
    assert "of one sampler" in wrong.err
    made = cli(*words, "--json").json
    assert [each["name"] for each in made] == ["x-mono", "x-cross", "x-hybrid"]
    assert cli("jobs", "list", "--json").json[0]["state"] == "ended"
    again = cli(*words, "--resume")
    assert again.code == 2
    assert "to resume" in again.err


def test_what_is_left_of_several_is_resumed(cli: Cli, tiny: list[object]):
    words = ["train", *tiny, "-s", "mono", "-s", "cross", "-s", "hybrid", "--tuning", "head", "--steps", 6]
    words += ["--name", "x"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            TrainingView, "stopping", lambda view: view._name == "x-cross" and view._loss is not None
        )
        assert cli(*words).code == 130
    (listed,) = cli("jobs", "list", "--json").json
    assert (listed["name"], listed["kind"], listed["state"]) == ("x-mono", "training", "stopped")
    assert (listed["step"], listed["total"]) == ("training", 18)
    assert 6 < listed["done"] <= 12
    made = cli(*words, "--resume", "--json").json
    assert [each["name"] for each in made] == ["x-cross", "x-hybrid"]
    (listed,) = cli("jobs", "list", "--json").json
    assert (listed["state"], listed["done"]) == ("ended", 18)
    assert cli("jobs", "stop", "x-mono").code == 2


def test_a_sweep_keeps_a_model_a_share(cli: Cli, tiny: list[object]):
    said = cli("sweep", "--alpha", "0,.5,1", *tiny[:4], "--steps", 3, "--name", "s", "--batch-size", 4)
    assert said.code == 0, said.err
    names = [each["name"] for each in cli("models", "list", "--json").json]
    assert {"s-alpha0", "s-alpha0.5", "s-alpha1"} <= set(names)
    wrong = cli("sweep", "--alpha", "0,x", *tiny[:4])
    assert wrong.code == 2
    assert "no list of numbers" in wrong.err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_from_outside_it_resumes(cli: Cli, tiny: list[object], how: signal.Signals):
    words = ["train", *tiny, "--tuning", "head", "--steps", 200_000, "--name", "long"]
    command = [sys.executable, "-m", "hybrid_tui", *map(str, words)]
    with started(command, stderr=subprocess.PIPE) as running:
        log = settings.data_dir() / "training" / "long" / "log.jsonl"
        until(lambda: _steps(log) >= 150 or running.poll() is not None)
        assert running.poll() is None
        running.send_signal(how)
        _, err = running.communicate()
    if how == signal.SIGINT:
        assert running.returncode == 130
        assert "--resume" in err
        assert "Traceback" not in err
    done = _steps(log)
    again = cli(*words)
    assert again.code == 2
    assert "--resume" in again.err
    assert done >= 150


def _steps(log: Path) -> int:
    try:
        lines = log.read_text(encoding="utf-8").splitlines()
        return json.loads(lines[-1])["step"] if lines else 0
    except (OSError, ValueError):
        return 0


def test_texts_of_a_batch_are_cut_behind_a_word():
    asked = "What is the tallest mountain of the world and how many metres high is it?"
    assert plan_view._beginning(asked) == "What is the tallest mountain of the world and how many…"
    assert plan_view._beginning("a\nshort one") == "a short one"
    assert cell_len(plan_view._beginning("尼罗河" * 30)) <= plan_view.TEXT
