"""Two processes train as one does: the same mode in each step, the same losses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_tui import settings
from tests.training.conftest import pairs_file, some_negatives

TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
ACCELERATE = ["-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1"]
ACCELERATE += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]


def test_two_processes_give_the_losses_of_one(backbone: Path, tmp_path: Path):
    data = some_negatives(pairs_file(tmp_path / "pairs.jsonl"))
    words = ["train", "-b", backbone, "-d", data, "--tuning", "lora", "--steps", 5, "--batch-size", 8]
    words += ["--validation", 0, "--lora-rank", 2, "--name"]
    logs = []
    for name, launcher in (("one", []), ("torchrun", TORCHRUN), ("accelerate", ACCELERATE)):
        command = [sys.executable, *launcher, "-m", "hybrid_tui", *map(str, words), name]
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
    alone, *spread = logs
    for log in spread:
        assert [each["mode"] for each in log] == [each["mode"] for each in alone]
        np.testing.assert_allclose(_losses(log), _losses(alone), atol=5e-3)


def _losses(log: list[dict[str, Any]]) -> list[float]:
    return [each["loss"] for each in log]
