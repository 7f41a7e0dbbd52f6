from __future__ import annotations

import polars as pl
import pytest

import hybrid_tui as ht
from hybrid_tui.evaluation import metric_tables, results

from ..toys import LANGS, toy
from .conftest import Cli

QUICK = ("--draws", "200", "--values", "0,.5,1", "--margin", ".3")
ASKED = ("tune", "-d", "toy", "--system", "me5-small+center:?")


@pytest.fixture
def large() -> None:
    toy(items=24)


def test_json_tells_the_curve_the_choice_and_its_cost(cli: Cli, large: None):
    found = cli(*ASKED, *QUICK, "--json").json
    assert [each["value"] for each in found["candidates"]] == [0, 0.5, 1]
    assert [each["system"] for each in found["candidates"]] == [
        "me5-small",
        "me5-small+center:.5",
        "me5-small+center",
    ]
    assert (found["choosing"], found["held_out"]) == (12, 12)
    (chosen,) = (each for each in found["candidates"] if each["chosen"])
    assert (chosen["value"], chosen["system"]) == (found["chosen"], found["system"])
    allowed = [each for each in found["candidates"] if each["allowed"]]
    assert chosen["figures"]["multilingual"] == max(each["figures"]["multilingual"] for each in allowed)
    assert found["chosen"] > 0
    assert set(found["cost"]) == {"monolingual", "cross-lingual", "multilingual", "rank_distance"}
    for each in found["cost"].values():
        assert each["items"] == 12
        assert each["low"] <= each["difference"] <= each["high"]
        assert found["system"] in each["words"]
    assert found["use"] == f"hybrid-tui evaluate --data toy --model {found['system']}"


def test_both_halves_together_are_what_an_evaluation_tells(large: None):
    values = ht.evaluate("me5-small+center:.5", "toy", metrics=["mAP"]).per_query.drop("system")
    found = ht.tune("me5-small+center:?", "toy", values=[0.5], draws=200)
    whole = metric_tables.summary(values)
    tried = found.candidates[1].figures
    halves = [tried["multilingual"], found.cost["multilingual"].b]
    if found.chosen.value == 0.5:
        assert sum(halves) / 2 == pytest.approx(whole["multilingual"]["mAP"])
    assert tried["multilingual"] != pytest.approx(whole["multilingual"]["mAP"])
    # With parallel queries in all languages, each half weighs the same.
    assert values["query_lang"].n_unique() == len(LANGS)


def test_nothing_is_kept_of_what_was_tried(cli: Cli, large: None):
    assert cli(*ASKED, *QUICK).code == 0
    assert results.kept("toy") == []


def test_the_table_fits_and_tells_what_to_do_with_it(cli: Cli, large: None):
    said = cli(*ASKED, *QUICK)
    assert said.code == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 80
    rows = [words for words in said.lines if words and words[0].lstrip("*") in {".00", ".50", "1.00"}]
    assert len(rows) == 3
    assert sum(row[0].startswith("*") for row in rows) == 1
    assert max(row[-1].count("#") for row in rows) == 14
    assert "on the other 12 questions:" in said.out
    assert said.lines[-1][:3] == ["use", "it:", "hybrid-tui"]


def test_a_weight_of_the_other_form_is_chosen(cli: Cli):
    words = ("tune", "-d", "starter", "--system", "me5-small+query:en:?", *QUICK, "--json")
    found = cli(*words).json
    assert found["what"] == "weight"
    assert found["candidates"][1]["system"] == "me5-small+query:en:.5"
    assert found["candidates"][0]["figures"] != found["candidates"][2]["figures"]


def test_without_a_margin_left_nothing_is_chosen(cli: Cli, large: None, monkeypatch: pytest.MonkeyPatch):
    from hybrid_tui.evaluation import tuning

    monkeypatch.setattr(tuning, "ALLOWED", ())
    said = cli(*ASKED, *QUICK)
    assert "chosen: .00, which is me5-small" in said.out
    assert said.lines[-1][-1] == "me5-small"


def test_a_system_that_is_fused_is_tuned_too(cli: Cli, large: None):
    words = ("tune", "-d", "toy", "--system", "me5-small+center:?+fuse:bm25", *QUICK, "--json")
    found = cli(*words).json
    assert found["base"] == "me5-small+fuse:bm25"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--system", "me5-small+center"), 2, "has no open place (?)"),
        (("--system", "me5-small+center:?+query:en:?"), 2, "has 2 open places (?)"),
        (("--system", "me5-small+lir:?"), 2, "stage 1, 'lir:?', takes no strength"),
        (("--keep", "mono"), 2, "no setting named 'mono'"),
        (("--best", "rank-distances"), 2, "no figure named 'rank-distances'"),
        (("--metric", "precision"), 2, "no metric named 'precision'"),
        (("--values", "0,much"), 2, "--values: 'much' is no number"),
        (("--values", "nan"), 2, "the strength must be a number"),
        (("--data", "small"), 1, "small has 12 questions, too few to be halved"),
        (("--data", "one"), 1, "one has no multilingual figure"),
    ],
)
def test_what_cannot_be_chosen_is_told(cli: Cli, words: tuple[str, ...], code: int, told: str):
    toy(items=24)
    toy("small")
    toy("one", items=24, langs=["en"])
    said = cli(*ASKED, *QUICK, *words)
    assert (said.code, said.out) == (code, "")
    assert told in " ".join(said.err.split())


def test_the_table_of_the_api_is_the_curve(large: None):
    found = ht.tune("me5-small+center:?", "toy", values=[1], draws=200)
    assert found.table["strength"].to_list() == [0, 1]
    assert found.table.filter(pl.col("chosen"))["system"].to_list() == [found.system]
    assert "<table" in found._repr_html_()


def test_what_is_best_for_each_pair_is_told_where_it_is_asked_for(cli: Cli, large: None):
    assert cli(*ASKED, *QUICK, "--json").json["pairs"] == []
    found = cli(*ASKED, *QUICK, "--by-pair", "--json").json["pairs"]
    assert [(each["query_lang"], each["passage_lang"]) for each in found] == [
        (asked, answer) for asked in LANGS for answer in LANGS
    ]
    assert {each["chosen"] for each in found} <= {0, 0.5, 1}
    shown = cli(*ASKED, *QUICK, "--by-pair")
    assert "the best strength for each pair of languages" in shown.out
    assert "(Holm over 9 pairs)" in " ".join(shown.out.split())
