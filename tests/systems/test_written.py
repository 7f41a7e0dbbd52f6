"""Whatever is written is read again, and what cannot be read is told with its place."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections.center import Center
from hybrid_tui.retrieval.corrections.lir import Lir
from hybrid_tui.retrieval.corrections.shift import Shift
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.stages.dim import Dim
from hybrid_tui.systems.stages.fuse import Fuse
from hybrid_tui.systems.stages.query import QueryVariant
from hybrid_tui.systems.stages.rerank import Rerank
from hybrid_tui.systems.written import SystemName, parse

strengths = st.floats(-1000, 1000, allow_nan=False)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)
retrievers = st.one_of(
    names,
    st.just("bm25"),
    st.just("bm25:me5-small"),
    st.builds("{}:{}/{}".format, st.sampled_from(["sparse", "colbert"]), names, names),
    st.builds("{}/{}@{}".format, names, names, names),
)
corrections = st.one_of(
    st.builds(Center, strengths),
    st.builds(Shift, st.sampled_from(["en", "zh-Hant"]), st.booleans(), st.booleans(), strengths),
    st.builds(Lir, st.integers(1, 99)),
)
variants = st.one_of(
    st.builds(QueryVariant, names, st.just("mix"), st.floats(0, 1)),
    st.builds(QueryVariant, names, st.sampled_from(["concat", "rrf"])),
)
hub_ids = st.builds("{}/{}@{}".format, names, names, names)
rerankers = hub_ids | hub_ids.map("colbert:{}".format)
stages = st.tuples(
    st.none() | st.builds(Dim, st.integers(1, 4096)),
    st.none() | st.builds(Correct, corrections, st.just("") | names),
    st.none() | variants,
    st.none() | st.builds(Fuse, retrievers),
    st.none() | st.builds(Rerank, rerankers, st.integers(1, 9999)),
).map(lambda found: tuple(each for each in found if each))


@given(st.builds(SystemName, retrievers, stages))
def test_what_is_written_is_read_again(name: SystemName):
    assert parse(str(name)) == name
    assert str(parse(str(name))) == str(name)


@given(st.text())
def test_any_text_is_a_system_or_is_told(text: str):
    with suppress(UsageError):
        name = parse(text)
        assert parse(str(name)) == name


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("me5-small", "me5-small"),
        (" me5-small+none ", "me5-small"),
        ("me5-small+center:1", "me5-small+center"),
        ("me5-small+center:0.75@starter", "me5-small+center:.75@starter"),
        ("me5-small+shift:.5:both:de", "me5-small+shift:de:both:.5"),
        ("me5-small+query:en", "me5-small+query:en:.5"),
        ("o/m@v1+dim:128+fuse:bm25:words", "o/m@v1+dim:128+fuse:bm25"),
    ],
)
def test_a_form_has_one_spelling(typed: str, written: str):
    assert str(parse(typed)) == written


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "names no system", "MODEL"),
        ("+center", "names no system", "MODEL"),
        ("m+centre", "stage 1, 'centre', is unknown", "did you mean center"),
        ("m+center+", "stage 2, '', is unknown", "known"),
        ("m+dim:x", "stage 1, 'dim:x', cannot be read: 'x' is no number of dimensions", "dim:128"),
        ("m+dim:0", "'0' is no number", "dim:128"),
        ("m+center:much", "'much' is no parameter", "strength"),
        ("m+center@", "no collection stands behind @", "starter"),
        ("m+query", "names no variant", "query:en"),
        ("m+query:en:2", "'2' is no weight", "from 0 to 1"),
        ("m+query:en:nan", "'nan' is no weight", "from 0 to 1"),
        ("m+fuse", "names no retriever", "fuse:bm25"),
        ("m+center+shift", "stage 2, 'shift', is a second correction", "one correction"),
        ("m+fuse:bm25+fuse:o", "stage 2, 'fuse:o', is a second fusion", "one fusion"),
        ("m+fuse:bm25+center", "'center', works before fuse:bm25", "write m+center+fuse:bm25"),
        ("m+query:en+dim:8", "works before query:en:.5", "write m+dim:8+query:en:.5"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str, hint: str):
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert hint in caught.value.hint


def test_models_are_the_dense_retrievers():
    assert parse("bm25+fuse:me5-small").models == ("me5-small",)
    assert parse("me5-small+center").models == ("me5-small",)
    assert parse("api:mine+fuse:use-m3").models == ("api:mine", "use-m3")
    assert parse("bm25:me5-small").models == ()
