from __future__ import annotations

import subprocess
import sys

import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation.kernel import devices
from hybrid_tui.evaluation.kernel.devices import Cpu


@pytest.mark.parametrize("memory", [1, 1 << 10, 1 << 20, 1 << 30])
def test_tiles_of_all_workers_fit_in_memory(memory: int) -> None:
    cpu = devices.cpu(memory)
    assert cpu.queries >= 1
    assert cpu.passages >= 1
    cells = cpu.workers * cpu.queries * cpu.passages
    assert cells == cpu.workers or 7 * cells <= memory


def test_small_work_stays_on_the_cpu_without_torch() -> None:
    code = (
        "import sys; from hybrid_tui.evaluation.kernel import devices; import hybrid_tui.evaluation.ranks; "
        "devices.choose('auto', 1 << 20, 1e11); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_gpu_large_work_stays_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert isinstance(devices.choose("auto", 1 << 20, 1e15), Cpu)


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no device 'cuda:99'") as error:
        devices.choose("cuda:99", 1 << 20, 1.0)
    assert "cpu" in error.value.hint
