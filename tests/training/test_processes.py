"""Two processes train as one does: the same mode in each step, the same losses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from hybrid_tui import settings
from tests.training.conftest import pairs_file


def test_two_processes_give_the_losses_of_one(backbone: Path, tmp_path: Path):
    data = pairs_file(tmp_path / "pairs.jsonl")
    words = ["train", "-b", backbone, "-d", data, "--tuning", "lora", "--steps", 5, "--batch-size", 8]
    words += ["--validation", 0, "--lora-rank", 2, "--name"]
    logs = []
    for name, launcher in (("one", ["-m"]), ("two", [*_torchrun(), "-m"])):
        command = [sys.executable, *launcher, "hybrid_tui", *map(str, words), name]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=240,
            env=os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        lines = (settings.data_dir() / "models" / name / "log.jsonl").read_text().splitlines()
        logs.append([json.loads(line) for line in lines])
    assert [each["mode"] for each in logs[0]] == [each["mode"] for each in logs[1]]
    losses = [[each["loss"] for each in log] for log in logs]
    np.testing.assert_allclose(*losses, atol=5e-3)


def _torchrun() -> list[str]:
    return ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
