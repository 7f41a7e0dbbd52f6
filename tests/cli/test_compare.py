from __future__ import annotations

import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.evaluation import results

from ..toys import LANGS, MODELS, toy
from .conftest import Cli

QUICK = ("--draws", "200")
SETTINGS = ("monolingual", "cross-lingual", "multilingual")


def test_json_tells_every_setting_language_and_item(cli: Cli):
    toy(models=MODELS)
    found = cli("compare", "me5-small", "use-m3", "-d", "toy", *QUICK, "--json").json
    assert (found["collection"], found["a"], found["b"], found["metric"]) == (
        "toy",
        "me5-small",
        "use-m3",
        "mAP",
    )
    assert tuple(found["settings"]) == SETTINGS
    figures = cli("evaluate", "-d", "toy", "--json").json["results"]
    for setting, told in found["settings"].items():
        a, b = (each[setting]["mAP"] for each in figures)
        assert (told["a"], told["b"]) == pytest.approx((a, b))
        assert told["difference"] == pytest.approx(b - a)
        assert told["wins"] + told["losses"] + told["ties"] == told["items"] == 12
        assert told["low"] <= told["difference"] <= told["high"]
        assert 0 < told["p"] <= told["holm"] <= 1
        assert told["verdict"] in {"not worse", "worse", "undecided"}
        assert "use-m3 " in told["words"]
        assert set(told["by_language"]) == set(LANGS)
        assert len(told["most_different"]) == 5
        assert (told["unit"], told["units"], told["smallest_p"]) == ("item", 12, 2.0**-11)
        first = told["most_different"][0]
        assert first["question"] == f"en question {first['item_id'].removeprefix('item')}? [/x]"
    assert "12 questions drawn, smallest possible p < .001" in found["drawn"]


def test_the_same_seed_tells_the_same(cli: Cli):
    toy(models=MODELS)
    words = ("compare", "me5-small", "use-m3", "-d", "toy", *QUICK, "--json")
    assert cli(*words).json == cli(*words).json
    assert cli(*words).json != cli(*words, "--seed", "1").json


def test_tables_fit_in_80_columns(cli: Cli):
    toy(models=MODELS)
    names = ("me5-small+shift:.5", "use-m3+shift:.5")
    for metric in ("mAP", "rank_distance"):
        said = cli("compare", *names, "-d", "toy", *QUICK, "--metric", metric)
        assert said.code == 0, said.err
        assert max(map(len, said.out.splitlines())) <= 80
        assert said.out.count("most different") == (3 if metric == "mAP" else 1)
        assert "[/x]" in said.out
        rows = [words for words in said.lines if words[:1] == ["th"]]
        assert len(rows) == (3 if metric == "mAP" else 1)
    assert "\x1b" not in said.out
    assert said.err == ""


def test_what_is_told_in_words_stands_in_the_table(cli: Cli):
    toy()
    said = cli("compare", "me5-small", "me5-small", "-d", "toy", *QUICK, "--setting", "monolingual")
    assert "monolingual: me5-small is not worse than me5-small" in said.out
    row = next(words for words in said.lines if words[:1] == ["monolingual"] and words[1].startswith("."))
    assert row[3] == ".000"
    assert row[-2:] == ["not", "worse"]


def test_a_margin_decides(cli: Cli):
    toy(models=MODELS)
    words = ("compare", "me5-small", "use-m3", "-d", "toy", *QUICK, "--setting", "multilingual", "--json")
    strict, generous = (
        cli(*words, "--margin", margin).json["settings"]["multilingual"]["verdict"] for margin in (0, 1)
    )
    assert strict in {"worse", "undecided"}
    assert generous == "not worse"


def test_what_was_trained_on_these_questions_is_marked(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    toy(models=MODELS)
    monkeypatch.setattr(
        "hybrid_tui.api.comparisons.shared_items", lambda about: 5 * (about.model == "use-m3")
    )
    words = ("compare", "me5-small", "use-m3", "-d", "toy", *QUICK, "--setting", "monolingual")
    said = cli(*words)
    assert said.lines[0][:5] == ["mAP,", "use-m3", "†", "less", "me5-small:"]
    assert "monolingual: use-m3 † is" in said.out
    assert any(line[:5] == ["setting", "A", "B", "†", "B"] for line in said.lines)
    assert max(map(len, said.out.splitlines())) <= 80
    found = cli(*words, "--json").json
    assert (found["a_trained_on_questions"], found["b_trained_on_questions"]) == (0, 5)
    assert "use-m3 † is" in found["settings"]["monolingual"]["words"]


def test_seeds_fill_the_names(cli: Cli):
    toy(models=MODELS)
    seeds = ("--seeds", "1, 2,")
    words = ("shift:{seed}", "lir:{seed}")
    found = cli(
        "compare", *(f"me5-small+{word}" for word in words), "-d", "toy", *seeds, *QUICK, "--json"
    ).json
    systems = [each.manifest.system for each in results.kept()]
    assert systems == [
        "me5-small+lir",
        "me5-small+lir:2",
        "me5-small+shift",
        "me5-small+shift:2",
    ]
    figures = cli("evaluate", "-d", "toy", "-m", "me5-small", "-c", "shift", "-c", "shift:2", "--json").json[
        "results"
    ]
    mean = sum(each["monolingual"]["mAP"] for each in figures) / 2
    assert found["settings"]["monolingual"]["a"] == pytest.approx(mean)
    said = cli("compare", "me5-small", "me5-small+lir:{seed}", "-d", "toy", *seeds)
    assert said.code == 2
    assert "'me5-small' has no {seed}" in said.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("me5-small", "use-m4"), 2, "did you mean use-m3"),
        (("bm26", "use-m3"), 2, "no model named 'bm26'"),
        (("me5-small", "use-m3", "--metric", "rank-distance"), 2, "did you mean rank_distance"),
        (("me5-small", "use-m3", "--setting", "crosslingual"), 2, "did you mean cross-lingual"),
        (
            ("me5-small", "use-m3", "--metric", "rank_distance", "--setting", "all"),
            2,
            "no setting named 'all'",
        ),
        (("me5-small", "use-m3", "-d", "toi"), 2, "did you mean toy"),
        (("me5-small", "use-m3", "--margin", "-1"), 2, "margin"),
        (("me5-small", "use-m3", "--draws", "1"), 2, "draws"),
        (("me5-small",), 2, "Missing argument"),
        (
            ("me5-small", "use-m3", "--metric", "rank_distance", "--setting", "monolingual"),
            1,
            "has no rank_distance in monolingual",
        ),
    ],
)
def test_what_is_asked_wrongly_is_told(cli: Cli, words: tuple[str, ...], code: int, said: str):
    toy(models=MODELS)
    answer = cli("compare", *(() if "-d" in words else ("-d", "toy")), *words)
    assert answer.code == code
    assert said in answer.err
    assert answer.out == ""


def test_nothing_is_evaluated_for_a_wrong_request(cli: Cli):
    toy(models=MODELS)
    for words in (("me5-small", "nonsense"), ("me5-small", "use-m3", "--metric", "nonsense")):
        assert cli("compare", *words, "-d", "toy").code == 2
    assert results.kept() == []


def test_one_language_has_nothing_across_to_compare(cli: Cli):
    toy(langs=["de"], models=MODELS)
    found = cli("compare", "me5-small", "use-m3", "-d", "toy", *QUICK, "--json").json
    assert list(found["settings"]) == ["monolingual"]
    said = cli("compare", "me5-small", "use-m3", "-d", "toy", "--setting", "cross-lingual")
    assert said.code == 1
    assert "has no mAP in cross-lingual" in said.err


def test_a_run_of_another_version_of_the_collection_is_refused(cli: Cli, tmp_path):
    before = toy(models=MODELS).fingerprint
    cli("runs", "export", "use-m3", "-d", "toy", "--out", tmp_path / "run")
    assert cli("runs", "import", tmp_path / "run", "--name", "theirs", "-d", "toy").code == 0
    catalog.remove("toy")
    after = toy(items=13, models=MODELS).fingerprint
    said = cli("compare", "theirs", "me5-small", "-d", "toy")
    assert said.code == 2
    assert f"theirs on toy ({before}), me5-small on toy ({after})" in said.err
    found = cli("compare", "theirs", "theirs", "-d", "toy", *QUICK, "--json").json
    assert found["settings"]["monolingual"]["items"] == 12


def test_help_has_an_example(cli: Cli):
    assert "Example: hybrid-tui compare" in cli("compare", "--help").out
