from __future__ import annotations

import errno
import os
from json import loads
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval

from hybrid_tui import settings
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import model
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.evaluation import evaluate, results
from hybrid_tui.retrieval.embedding_store import EmbeddingStore

from ..toys import LANGS, MODELS, failing, kept, put, shelf, toy
from .conftest import Cli

METRICS = {
    "mAP": "map",
    "R@1": "recall_1",
    "R@10": "recall_10",
    "nDCG@10": "ndcg_cut_10",
    "MRR": "recip_rank",
}


@pytest.fixture
def nothing_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(model, "load", load)


@pytest.mark.usefixtures("nothing_is_encoded")
def test_the_starter_collection_has_the_figures_of_brute_force(cli: Cli):
    answer = cli("evaluate", "--data", "starter", "--json").json
    assert answer["collection"] == "starter"
    assert [(each["model"], each["correction"]) for each in answer["results"]] == [
        ("me5-small", "none"),
        ("use-m3", "none"),
    ]
    found = answer["results"][0]
    starter = catalog.load("starter")
    langs = starter.languages
    asked, pool = (
        np.concatenate([kept(starter, "me5-small", role, lang) for lang in langs]).astype(np.float64)
        for role in ("query", "passage")
    )
    order = np.argsort(-(asked @ pool.T), axis=1, kind="stable")
    relevant = starter.queries.with_row_index("row").join(starter.relevance, on="item_id")
    row_of = {name: row for row, name in enumerate(starter.passages["passage_id"])}
    answers: dict[int, set[int]] = {}
    for row, passage in relevant.select("row", "passage_id").iter_rows():
        answers.setdefault(row, set()).add(row_of[passage])
    lang_of = starter.passages["lang"].to_numpy()

    def theirs(query_lang: str, pool_lang: str) -> dict[str, float]:
        rows = starter.queries.with_row_index("row").filter(lang=query_lang)["row"].to_list()
        run, qrels = {}, {}
        for row in rows:
            ranked = [at for at in order[row] if pool_lang in {"all", lang_of[at]}]
            run[str(row)] = {str(at): float(-place) for place, at in enumerate(ranked)}
            qrels[str(row)] = {str(at): 1 for at in answers[row] if pool_lang in {"all", lang_of[at]}}
        measures = {"map", "recall.1,10", "ndcg_cut.10", "recip_rank"}
        values = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run).values()
        return {name: np.mean([each[of] for each in values]) for name, of in METRICS.items()}

    monolingual = {lang: theirs(lang, lang) for lang in langs}
    for name in METRICS:
        mean = np.mean([values[name] for values in monolingual.values()])
        assert found["monolingual"][name] == pytest.approx(mean, abs=1e-9)
        for lang, values in monolingual.items():
            assert found["by_language"][lang]["monolingual"][name] == pytest.approx(values[name], abs=1e-9)
    for query_lang, pool_lang in (("de", "zh"), ("zh", "de"), ("th", "en")):
        cell = found["by_pair"][query_lang][pool_lang]
        assert cell.pop("queries") == 120
        assert {name: cell[name] for name in METRICS} == pytest.approx(
            theirs(query_lang, pool_lang), abs=1e-9
        )
    multilingual = found["by_language"]["hi"]["multilingual"]
    assert {name: multilingual[name] for name in METRICS} == pytest.approx(theirs("hi", "all"), abs=1e-9)
    places = np.argsort(order, axis=1)
    distances = [np.ptp([places[row, at] for at in passages]) for row, passages in sorted(answers.items())]
    assert found["rank_distance"] == pytest.approx(np.mean(distances), abs=1e-9)


def test_json_tells_every_setting_language_and_pair(cli: Cli):
    toy()
    (found,) = cli("evaluate", "-d", "toy", "-m", "me5-small", "-c", "center", "--json").json["results"]
    assert (found["model"], found["correction"]) == ("me5-small", "center")
    for setting in ("monolingual", "cross-lingual", "multilingual"):
        assert {"mAP", "R@1", "R@10", "R@100", "nDCG@10", "MRR"} == set(found[setting])
    assert found["rank_distance"] >= 2
    assert set(found["by_language"]) == set(found["by_pair"]) == set(LANGS)
    assert all(set(cells) == set(LANGS) for cells in found["by_pair"].values())
    pairs = [found["by_pair"][a][b]["mAP"] for a in LANGS for b in LANGS if a != b]
    assert found["cross-lingual"]["mAP"] == pytest.approx(np.mean(pairs))


def test_one_language_alone_has_neither_cross_lingual_figures_nor_bias(cli: Cli):
    toy(langs=["de"])
    (found,) = cli("evaluate", "-d", "toy", "-m", "me5-small", "--json").json["results"]
    assert "monolingual" in found
    assert not {"cross-lingual", "multilingual", "rank_distance", "kendall_w", "TLR@10"} & set(found)
    assert set(found["by_language"]["de"]) == {"monolingual"}
    shown = cli("evaluate", "-d", "toy", "-m", "me5-small", "--by", "language")
    assert "monolingual" in shown.out
    assert "cross" not in shown.out
    assert "rank" not in shown.out.partition("\n")[2].replace("ranked", "")


@pytest.mark.usefixtures("nothing_is_encoded")
def test_a_second_time_nothing_is_ranked(cli: Cli):
    toy(models=MODELS)
    words = ("evaluate", "-d", "toy", "-c", "none", "-c", "lir", "--json")
    first = cli(*words).json
    with failing(evaluate, "ranks", AssertionError("ranked")):
        assert cli(*words).json == first
        assert cli(*words, "--again").code == 1


def test_tables_fit_in_80_columns_and_names_stay_whole(cli: Cli):
    toy(models=MODELS)
    for by in ("language", "pair"):
        said = cli("evaluate", "-d", "toy", "-c", "none", "-c", "shift:.5", "--by", by)
        assert said.code == 0, said.err
        assert max(map(len, said.out.splitlines())) <= 80
        names = [words[0] for words in said.lines if words and words[0].startswith(("me5", "use"))]
        systems = [f"{name}{end}" for name in MODELS for end in ("", "+shift:.5")]
        assert names[:12] == systems * 3
        assert "distance" in said.out
    assert "me5-small+shift:.5: mAP" in said.out


def test_where_room_is_short_names_are_broken_and_never_numbers(cli: Cli):
    toy()
    words = ("evaluate", "-d", "toy", "-m", "me5-small", "-c", "shift:de:.5")
    (found,) = cli(*words, "--json").json["results"]
    said = cli(*words, columns=54)
    assert max(map(len, said.out.splitlines())) <= 54
    assert {"nDCG@10", "distance"} <= {word for line in said.lines for word in line}
    shown = [figure(found["multilingual"][name], 3) for name in METRICS] + [f"{found['rank_distance']:,.1f}"]
    assert next(line for line in said.lines[::-1] if line[-1:] == shown[-1:])[1:] == shown


def test_tables_by_language_tell_the_metric_asked_for(cli: Cli):
    toy(models=MODELS)
    (first, _) = cli("evaluate", "-d", "toy", "--json").json["results"]
    said = cli("evaluate", "-d", "toy", "--by", "language", "--metric", "R@1")
    rows = [words for words in said.lines if words[:1] == ["th"]]
    assert len(rows) == 3
    for words, setting in zip(rows, ("monolingual", "cross-lingual", "multilingual"), strict=True):
        assert words[1] == figure(first["by_language"]["th"][setting]["R@1"], 3)


def test_in_a_pipe_it_is_plain_text_and_progress_is_silent(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    toy()
    monkeypatch.setenv("NO_COLOR", "1")
    said = cli("evaluate", "-d", "toy", "-m", "me5-small", "--by", "pair")
    assert "\x1b" not in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-m", "me5-smal"), "did you mean me5-small"),
        (("-d", "toi"), "did you mean toy"),
        (("-c", "centre"), "did you mean center"),
        (("--metric", "nDGC@10"), "did you mean nDCG@10"),
        (("-c", "shift:zh"), "choose one of de, en, th"),
        (("-c", "lir:0"), "rank must be 1 or more"),
        (("-c", "center@startr"), "did you mean starter"),
        (("-m", "me5-small+query:xx"), "known: de, en, th"),
        (("-m", "bm25+center"), "center changes embeddings, and bm25 has none"),
        (("-m", "bm25:nonsense"), "no model named 'nonsense'"),
        (("--by", "topic"), "topic"),
        (("--memory", "1"), "memory"),
    ],
)
def test_what_is_asked_wrongly_is_told(cli: Cli, words: tuple[str, ...], said: str):
    toy()
    rest = () if "-m" in words else ("-m", "me5-small")
    answer = cli("evaluate", *(() if "-d" in words else ("-d", "toy")), *words, *rest)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_any_metric_can_be_asked_for_by_its_name(cli: Cli):
    toy()
    asked = ("--metric", "ndcg@2", "--metric", "Success@3", "--metric", "TLR@2")
    told = cli("evaluate", "-d", "toy", "-m", "me5-small", "--by", "pair", *asked)
    assert told.code == 0
    assert all(name in told.out for name in ("nDCG@2", "Success@3", "TLR@2"))
    (found,) = loads(cli("evaluate", "-d", "toy", "-m", "me5-small", "--json", *asked).out)["results"]
    assert {"mAP", "nDCG@2", "Success@3", "TLR@2"} <= found["multilingual"].keys()
    assert "TLR@2" not in found["monolingual"]
    assert cli("compare", "me5-small", "me5-small+center", "-d", "toy", "--metric", "AP@2").code == 0
    assert "nDCG@2" in cli("bias", "-d", "toy", "-m", "me5-small", "--matrix", "nDCG@2").out


def test_a_wrong_name_among_others_is_told_before_anything_is_evaluated(cli: Cli):
    toy()
    assert cli("evaluate", "-d", "toy", "-m", "me5-small", "-m", "nonsense").code == 2
    assert results.kept() == []


def test_corrections_have_parameters(cli: Cli):
    toy()
    words = ("-c", "shift:de:.5", "-c", "lir:2")
    found = cli("evaluate", "-d", "toy", "-m", "me5-small", *words, "--json").json
    assert [each["correction"] for each in found["results"]] == ["shift:de:.5", "lir:2"]


def test_a_correction_fitted_elsewhere_says_so(cli: Cli):
    toy()
    toy("other", 5)
    said = cli("evaluate", "-d", "toy", "-m", "me5-small", "-c", "center@other")
    assert "me5-small+center@other" in said.out


def test_an_embedding_that_is_no_number_is_named(cli: Cli):
    collection = toy()
    broken = kept(collection, "me5-small", "query", "th")
    broken[2] = np.inf
    for part in shelf(collection, "me5-small", "query", "th").folder(EmbeddingStore().root).iterdir():
        part.unlink()
    with np.errstate(invalid="ignore"):
        put(collection, "me5-small", "query", "th", broken)
    for correction in ("none", "center"):
        said = cli("evaluate", "-d", "toy", "-m", "me5-small", "-c", correction)
        assert said.code == 1
        assert "error: th query 'th-q2' (row 3): its embedding of me5-small is not finite" in said.err


def folders() -> list[Path]:
    return list((settings.data_dir() / "evaluations").glob("*"))


def test_a_full_disk_is_told_and_leaves_nothing(cli: Cli):
    toy()
    with failing(settings.os, "fsync", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 3):
        said = cli("evaluate", "-d", "toy", "-m", "me5-small")
    assert said.code == 1
    assert "No space left on device" in said.err
    assert "hint: free some space" in said.err
    assert folders() == []


def test_ctrl_c_ends_with_130_and_leaves_nothing(cli: Cli):
    toy()
    with failing(settings.os, "fsync", KeyboardInterrupt(), 3):
        said = cli("evaluate", "-d", "toy", "-m", "me5-small")
    assert said.code == 130
    assert "Traceback" not in said.err
    assert folders() == []
    assert cli("evaluate", "-d", "toy", "-m", "me5-small").code == 0
    assert len(folders()) == 1


def test_a_failure_that_nobody_foresaw_has_no_traceback_but_with_debug(cli: Cli):
    toy()
    with failing(evaluate, "ranks", ZeroDivisionError("one by none")):
        said = cli("evaluate", "-d", "toy", "-m", "me5-small")
        assert said.code == 1
        assert said.err.startswith("error: ZeroDivisionError: one by none\nhint: ")
        with pytest.raises(ZeroDivisionError):
            cli("--debug", "evaluate", "-d", "toy", "-m", "me5-small")
        with pytest.raises(HybridTuiError):
            cli("--debug", "evaluate", "-m", "nonsense")


def test_help_has_an_example(cli: Cli):
    assert "Example: hybrid-tui evaluate" in cli("evaluate", "--help").out
