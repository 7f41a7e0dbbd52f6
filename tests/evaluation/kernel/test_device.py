from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation.kernel import device
from hybrid_tui.evaluation.kernel.device import CELL_BYTES


@pytest.mark.parametrize("memory", [1, 1 << 10, 1 << 20, 1 << 30])
def test_tiles_of_all_workers_fit_in_memory(memory: int) -> None:
    cpu = device.cpu(memory)
    assert cpu.queries >= 1
    assert cpu.passages >= 1
    cells = cpu.workers * cpu.queries * cpu.passages
    assert cells == cpu.workers or CELL_BYTES * cells <= memory


def test_small_work_stays_on_the_cpu_without_torch() -> None:
    code = (
        "import sys; from hybrid_tui.evaluation.kernel import device; import hybrid_tui.evaluation.ranks; "
        "device.choose('auto', 1 << 20, 1e11); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_gpu_large_work_stays_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device.choose("auto", 1 << 20, 1e15).xp is np


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no device 'cuda:99'") as error:
        device.choose("cuda:99", 1 << 20, 1.0)
    assert "cpu" in error.value.hint


@pytest.mark.parametrize("precision", ["high", "medium"])
def test_torch_is_kept_from_rounding_products(precision: str) -> None:
    import torch

    random = np.random.default_rng(0)
    queries, passages = random.standard_normal((2, 64, 256)).astype(np.float32)
    on_torch = device.torch_device("cpu", 1 << 20)
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        scores = on_torch.get(on_torch.products(on_torch.put(queries), on_torch.put(passages)))
        assert torch.get_float32_matmul_precision() == precision
    finally:
        torch.set_float32_matmul_precision(before)
    assert np.abs(scores - queries.astype(np.float64) @ passages.astype(np.float64).T).max() < 1e-4
