"""A written form taken apart and put together again is the same system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.systems import written
from hybrid_tui.tui.system_parts import CORRECTIONS, Parts, strength_of, with_strength

SYSTEMS = (
    "me5-small",
    "me5-small+dim:128+center:.75@starter+query:en:.5+fuse:bm25",
    "owner/name@v1+shift:de:both:.5",
    "bm25+query:en:rrf",
)


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_is_lost(system: str) -> None:
    assert str(Parts.of(system)) == system


def test_the_order_is_that_of_the_written_form() -> None:
    parts = Parts("m")
    for kind, stage in (
        ("fuse", "fuse:bm25"),
        ("query", "query:en:.5"),
        ("correction", "center"),
        ("dim", "dim:8"),
    ):
        parts = parts.put(kind, stage)
    assert str(written.parse(str(parts))) == str(parts) == "m+dim:8+center+query:en:.5+fuse:bm25"
    assert str(parts.put("correction", "")) == "m+dim:8+query:en:.5+fuse:bm25"


@given(st.sampled_from(["center", "shift:de:both", "center:.25@starter", "shift:en:1@x"]), st.integers(0, 20))
def test_a_strength_is_written_as_it_is_read(correction: str, at: int) -> None:
    told = with_strength(correction, at / 20)
    assert strength_of(told) == pytest.approx(at / 20)
    (stage,) = written.parse(f"m+{told}").stages
    assert written.parse(f"m+{stage}") == written.parse(f"m+{told}")


def test_lir_has_no_strength() -> None:
    assert with_strength("lir:2", 0.5) == "lir:2"


def test_what_has_no_embeddings_keeps_no_stage_that_changes_them() -> None:
    parts = Parts.of("m+dim:8+center+query:en:.5+fuse:o")
    assert str(parts.of_retriever("bm25")) == "bm25+query:en:concat+fuse:o"
    assert str(parts.of_retriever("n")) == "n+dim:8+center+query:en:.5+fuse:o"


def test_what_the_screen_knows_of_corrections_is_so() -> None:
    from hybrid_tui.retrieval import corrections

    assert set(CORRECTIONS) == set(corrections.CORRECTIONS) - {"none"}
