from pathlib import Path

import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.tui.path_input import path_of


def test_a_path_is_taken_with_its_home() -> None:
    assert path_of("~/a b") == Path.home() / "a b"
    assert path_of("x.md") == Path("x.md")


@pytest.mark.parametrize("text", ["~nosuchuser/x", "x" * 300])
def test_what_no_file_can_be_called_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="there can be no file of that name"):
        path_of(text)
