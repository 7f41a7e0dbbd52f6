"""Corrections do what their formulas say, and what they promise: less of the language in the embeddings."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections import (
    CORRECTIONS,
    AlignedPassages,
    Correction,
    FittedCorrection,
    FittingSample,
    parse,
)
from hybrid_tui.retrieval.corrections.center import Center
from hybrid_tui.retrieval.corrections.lir import Lir
from hybrid_tui.retrieval.corrections.shift import FEWEST_ALIGNED, Shift

LANGS = ("de", "en", "th")


def unit(values: np.ndarray) -> np.ndarray:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def sides() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Queries and passages whose languages lie apart: (queries, passages) by language."""
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(60, 16))
    places = {lang: 3 * rng.normal(size=16) for lang in LANGS}
    noisy = lambda lang: unit(meaning + places[lang] + 0.2 * rng.normal(size=meaning.shape))  # noqa: E731
    return {lang: noisy(lang) for lang in LANGS}, {lang: noisy(lang) for lang in LANGS}


def first_in_other_language(queries: dict[str, np.ndarray], passages: dict[str, np.ndarray]) -> float:
    """How often the best passage of a German query is in another language."""
    pool = np.concatenate([passages[lang] for lang in LANGS])
    best = (queries["de"] @ pool.T).argmax(axis=1)
    return float(np.mean(best >= len(passages["de"])))


@pytest.mark.parametrize("text", ["center", "lir", "lir:2", "shift", "shift:th"])
def test_languages_come_closer(text: str, sides):
    queries, passages = sides
    fitted = parse(text).fit(FittingSample(queries, passages))
    new_queries = {lang: fitted.apply(rows, "query", lang) for lang, rows in queries.items()}
    new_passages = {lang: fitted.apply(rows, "passage", lang) for lang, rows in passages.items()}
    for side in (new_queries, new_passages):
        for rows in side.values():
            assert rows.dtype == np.float32
            assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    if text == "shift":
        assert np.array_equal(new_queries["de"], queries["de"])
        gap = np.linalg.norm(new_passages["de"].mean(0) - new_passages["en"].mean(0))
        assert gap < 0.3 * np.linalg.norm(passages["de"].mean(0) - passages["en"].mean(0))
    elif not text.startswith("shift"):
        before = first_in_other_language(queries, passages)
        assert first_in_other_language(new_queries, new_passages) > before + 0.2


def test_center_takes_each_roles_own_mean(sides):
    queries, passages = sides
    fitted = parse("center").fit(FittingSample(queries, passages))
    wanted = unit(queries["th"] - queries["th"].mean(axis=0))
    assert fitted.apply(queries["th"], "query", "th") == pytest.approx(wanted, abs=1e-6)
    wanted = unit(passages["th"] - passages["th"].mean(axis=0))
    assert fitted.apply(passages["th"], "passage", "th") == pytest.approx(wanted, abs=1e-6)


def test_lir_takes_the_first_singular_vectors(sides):
    queries, passages = sides
    fitted = Lir(rank=3).fit(FittingSample(queries, passages))
    directions = np.linalg.svd(passages["de"], full_matrices=False)[2][:3]
    wanted = unit(passages["de"] - passages["de"] @ directions.T @ directions)
    assert fitted.apply(passages["de"], "passage", "de") == pytest.approx(wanted, abs=1e-4)


def test_shift_goes_as_far_as_told(sides):
    queries, passages = sides
    fitted = Shift(strength=0.5).fit(FittingSample(queries, passages))
    gap = passages["de"].mean(axis=0) - passages["en"].mean(axis=0)
    wanted = unit(passages["de"] - 0.5 * gap)
    assert fitted.apply(passages["de"], "passage", "de") == pytest.approx(wanted, abs=1e-6)
    assert fitted.apply(passages["en"], "passage", "en") == pytest.approx(passages["en"], abs=1e-6)


def test_shift_moves_queries_by_their_own_means_where_told(sides):
    queries, passages = sides
    fitted = parse("shift:de:both:.5").fit(FittingSample(queries, passages))
    gap = queries["th"].mean(axis=0) - queries["de"].mean(axis=0)
    wanted = unit(queries["th"] - 0.5 * gap)
    assert fitted.apply(queries["th"], "query", "th") == pytest.approx(wanted, abs=1e-6)
    alone = parse("shift:de:.5").fit(FittingSample(queries, passages))
    assert np.array_equal(
        fitted.apply(passages["th"], "passage", "th"), alone.apply(passages["th"], "passage", "th")
    )


def test_center_goes_as_far_as_told(sides):
    queries, passages = sides
    fitted = parse("center:.75").fit(FittingSample(queries, passages))
    wanted = unit(passages["th"] - 0.75 * passages["th"].mean(axis=0))
    assert fitted.apply(passages["th"], "passage", "th") == pytest.approx(wanted, abs=1e-6)


def test_parameters_come_in_any_order_and_are_written_in_one():
    assert str(parse("shift:.5:all:de:both")) == "shift:de:both:all:.5"
    assert str(parse("shift:en:1")) == "shift"
    assert str(parse("center:0.75")) == "center:.75"


def test_a_query_in_another_language_gets_what_all_languages_share(sides):
    queries, passages = sides
    fitted = parse("center").fit(FittingSample(queries, passages))
    mean = np.concatenate([queries[lang] for lang in LANGS]).mean(axis=0)
    assert fitted.apply(queries["de"], "query", "sw") == pytest.approx(unit(queries["de"] - mean), abs=1e-5)


def test_none_changes_nothing(sides):
    queries, passages = sides
    fitted = parse("none").fit(FittingSample(queries, passages))
    assert fitted.apply(queries["de"], "query", "de") is queries["de"]


def test_an_embedding_that_nothing_would_be_left_of_stays():
    same = unit(np.ones((4, 8)))
    fitted = parse("center").fit(FittingSample({"de": same}, {"de": same}))
    assert np.array_equal(fitted.apply(same, "passage", "de"), same)


@given(
    st.one_of(
        st.sampled_from([parse("none"), parse("center")]),
        st.builds(
            Shift,
            pivot=st.sampled_from(LANGS),
            both=st.booleans(),
            strength=st.floats(-1000, 1000),
            all=st.booleans(),
        ),
        st.builds(Center, strength=st.floats(-1000, 1000)),
        st.builds(Lir, rank=st.integers(1, 5)),
    )
)
def test_what_is_written_is_read_again(correction: Correction):
    assert parse(str(correction)) == correction


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("centre", "no correction named 'centre'"),
        ("center:rank=2", "'rank=2' is no parameter"),
        ("center:de", "'de' is no parameter"),
        ("shift:all=yes", "'all=yes' is no parameter"),
        ("shift:", "'' is no parameter"),
        ("shift:all:all", "'all' says all a second time"),
        ("shift:de:.5:1", "'1' says strength a second time"),
        ("shift:nan", "the strength must be a number"),
        ("center:1e308", "the strength must be a number up to"),
        ("lir:0", "rank must be 1 or more"),
        ("lir:1.5", "'1.5' is no parameter"),
    ],
)
def test_a_wrong_correction_is_told(text: str, said: str):
    with pytest.raises(UsageError, match=said):
        parse(text)


def test_a_pivot_without_passages_is_told(sides):
    queries, passages = sides
    with pytest.raises(UsageError, match="pivot language 'sw'") as caught:
        Shift(pivot="sw").fit(FittingSample(queries, passages))
    assert "de, en, th" in caught.value.hint


@pytest.mark.parametrize("name", CORRECTIONS)
def test_every_correction_is_read_by_its_name_and_gives_unit_vectors(name: str, sides):
    queries, passages = sides
    fitted = parse(name).fit(FittingSample(queries, passages))
    assert isinstance(fitted, FittedCorrection)
    assert np.linalg.norm(fitted.apply(passages["de"], "passage", "de"), axis=1) == pytest.approx(1, abs=1e-5)


def aligned_collection(items: int) -> Collection:
    """Items with a German and an English passage each, ten German passages that answer nothing."""
    langs = {"de": items + 10, "en": items}
    passages = [(f"{lang}{row}", lang, "text") for lang, rows in langs.items() for row in range(rows)]
    relevance = [(f"i{row}", f"{lang}{row}") for lang in langs for row in range(items)]
    return corpus.build(
        "aligned",
        pl.DataFrame(
            [(f"q{row}", f"i{row}", "de", "?") for row in range(items)],
            schema=["query_id", "item_id", "lang", "text"],
            orient="row",
        ),
        pl.DataFrame(passages, schema=["passage_id", "lang", "text"], orient="row"),
        pl.DataFrame(relevance, schema=["item_id", "passage_id"], orient="row"),
    )


@pytest.mark.parametrize(
    ("items", "text", "of", "basis"),
    [
        (FEWEST_ALIGNED, "shift", FEWEST_ALIGNED, "aligned passages"),
        (FEWEST_ALIGNED, "shift:all", FEWEST_ALIGNED + 10, "all passages"),
        (FEWEST_ALIGNED - 1, "shift", FEWEST_ALIGNED + 9, "all passages"),
    ],
)
def test_shift_takes_aligned_passages_where_there_are_enough(items: int, text: str, of: int, basis: str):
    collection = aligned_collection(items)
    rng = np.random.default_rng(1)
    passages = {
        lang: unit(rng.normal(size=(len(collection.passage_rows(lang)), 8)) + offset)
        for lang, offset in (("de", 1), ("en", 0))
    }
    passages["de"][items:] = unit(np.ones((10, 8)))
    correction = parse(text)
    assert correction.basis(collection) == basis
    fitted = correction.fit(FittingSample({}, passages, AlignedPassages.of(collection)))
    moved = passages["de"] - (passages["de"][:of].mean(axis=0) - passages["en"].mean(axis=0))
    assert fitted.apply(passages["de"], "passage", "de") == pytest.approx(unit(moved), abs=1e-5)


def test_languages_with_few_aligned_passages_are_named():
    collection = aligned_collection(FEWEST_ALIGNED)
    french = pl.DataFrame({"passage_id": ["fr0"], "lang": ["fr"], "text": ["texte"]})
    more = corpus.build(
        "more",
        collection.queries,
        pl.concat([collection.passages.select("passage_id", "lang", "text"), french]),
        collection.relevance,
    )
    assert parse("shift").basis(more) == "aligned passages; all of fr"
