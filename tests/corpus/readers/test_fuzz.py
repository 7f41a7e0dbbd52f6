"""Damaged sources; `benchmarks/fuzz.py` tries more of them, for as long as wanted."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fuzzing import damaged, outcome, ranked_collection
from .valid_sources import SINGLE, SOURCES

EXAMPLES = 20


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory):
    return ranked_collection(tmp_path_factory.mktemp("ranked"))


@pytest.mark.parametrize("form", SOURCES)
def test_whole_sources_are_read(form: str, tmp_path: Path, ranked):
    from .fuzzing import Damaged, ReadOptions

    files = SOURCES[form]()
    for at, part in enumerate([{name: files[name]} for name in files] if form in SINGLE else [files]):
        source = Damaged(form, part, ReadOptions(), added=True)
        assert outcome(source, tmp_path / str(at), ranked) == "read"


@pytest.mark.parametrize("form", SOURCES)
@settings(max_examples=EXAMPLES, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_damage_gives_a_collection_or_an_error_of_ours(form: str, data: st.DataObject, ranked):
    source = data.draw(damaged(form))
    with tempfile.TemporaryDirectory() as folder:
        outcome(source, Path(folder), ranked)
