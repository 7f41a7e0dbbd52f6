"""No bfloat16 where it would be emulated."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from hybrid_tui.training import precision as precisions
from hybrid_tui.training import trainer
from tests.training.conftest import Making


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("processor\t: 0\nflags\t\t: fpu sse avx512_bf16 amx_bf16\n", "bfloat16"),
        ("processor\t: 0\nflags\t\t: fpu sse avx2 avx512f\nbugs\t\t: bf16\n", "float32"),
        ("Features\t: fp asimd bf16 i8mm\n", "bfloat16"),
        (None, "float32"),
    ],
)
def test_a_processor_without_bfloat16_trains_in_float32(
    making: Making, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, facts: str | None, expected: str
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(precisions, "CPU_FACTS", tmp_path / "cpuinfo")
    if facts is not None:
        (tmp_path / "cpuinfo").write_text(facts)
    assert precisions.precision() == expected
    arguments = trainer._arguments(making().options, tmp_path, watching=False)
    assert arguments.bf16 == (expected == "bfloat16")
