from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_tui.api.collections import tokens_of
from hybrid_tui.corpus.chunking import chunks
from hybrid_tui.encoders import model
from hybrid_tui.errors import UsageError

from ..checkpoints import checkpoint


def test_chunks_are_measured_in_a_model_s_tokens(tmp_path: Path) -> None:
    tokens = tokens_of(str(checkpoint(tmp_path / "tiny", max_length=8)))
    assert tokens.name.startswith("tokens of ")
    text = "a river, and  a mountain: " * 4
    spans = tokens.spans(text)
    assert [text[start:end] for start, end in spans[:7]] == ["a", "river", ",", "and", "a", "mountain", ":"]
    assert len(spans) == 28
    assert chunks("a river, and  a mountain", 3, 1, tokens) == ["a river,", ", and  a", "a mountain"]


def test_a_model_without_tokens_in_the_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "load", lambda _: object())
    with pytest.raises(UsageError, match="bare does not tell where its tokens stand"):
        tokens_of("bare")
