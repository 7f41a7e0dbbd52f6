"""The precision that a machine trains in: bfloat16 where its hardware computes in it, else float32."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch

Precision = Literal["bfloat16", "float32"]
CPU_FACTS = Path("/proc/cpuinfo")
CPU_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}
"""What x86 and ARM processors that compute in bfloat16 call it; others emulate it, several times slower."""


def precision() -> Precision:
    """Return the precision of matrix products in deep training on this machine."""
    if torch.cuda.is_available():
        there = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        there = bool(CPU_FLAGS & cpu_flags())
    return "bfloat16" if there else "float32"


def cpu_flags() -> set[str]:
    """Return the features of the processor, in Linux's words; empty where the system does not tell them."""
    try:
        lines = [line.partition(":") for line in CPU_FACTS.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return set()
    return {word for key, _, value in lines if key.strip() in {"flags", "Features"} for word in value.split()}
