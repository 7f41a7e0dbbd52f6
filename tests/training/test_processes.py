"""Two processes train as one does: the same mode in each step, the same losses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from hybrid_tui import settings
from hybrid_tui.cli.app import app
from tests.training.conftest import pairs_file, some_negatives

pytestmark = pytest.mark.long

TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def test_two_processes_give_the_losses_of_one(backbone: Path, tmp_path: Path):
    data = some_negatives(pairs_file(tmp_path / "pairs.jsonl"))
    both = ["train", "-b", backbone, "-d", data, "--tuning", "lora", "--steps", 5, "--batch-size", 8]
    both += ["--validation", 0, "--lora-rank", 2, "--name"]
    words = [str(word) for word in both]
    alone = CliRunner().invoke(app, [*words, "alone"])
    assert alone.exit_code == 0, alone.output
    spread = subprocess.run(
        [*TORCHRUN, "-m", "hybrid_tui", *words, "spread"],
        capture_output=True,
        text=True,
        timeout=110,
        env=os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
        check=False,
    )
    assert spread.returncode == 0, spread.stderr
    assert _column("spread", "mode") == _column("alone", "mode")
    np.testing.assert_allclose(_column("spread", "loss"), _column("alone", "loss"), atol=5e-3)


def _column(name: str, column: str) -> list[Any]:
    lines = (settings.data_dir() / "models" / name / "log.jsonl").read_text().splitlines()
    return [json.loads(line)[column] for line in lines]
