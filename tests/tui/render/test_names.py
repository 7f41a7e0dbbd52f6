import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.tui.render.names import apart


@pytest.mark.parametrize(
    ("names", "short"),
    [
        ("me5-small-lora-mono me5-small-lora-cross", "mono cross"),
        ("me5-small-lora-mono me5-small-lora-mono+shift", "mono mono+shift"),
        ("me5-small me5-small-lora-mono", "me5-small lora-mono"),
        ("me5 me5-me5", "me5 me5-me5"),
        ("me5-small use-m3 me5-base", "me5-small use-m3 me5-base"),
        ("me5-small", "me5-small"),
        ("me5-small me5-small", "me5-small me5-small"),
        ("", ""),
    ],
)
def test_what_all_begin_with_is_left_out(names: str, short: str) -> None:
    assert apart(names.split()) == short.split()


@given(st.lists(st.text("ab-", min_size=1), unique=True))
def test_names_stay_apart_and_end_as_they_did(names: list[str]) -> None:
    short = apart(names)
    assert len(set(short)) == len(names)
    assert all(name.endswith(end) for name, end in zip(names, short, strict=True))
