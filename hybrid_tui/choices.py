"""Names that options and settings take, each list of them once."""

from typing import Literal

Pairing = Literal["item", "batch"]
Schedule = Literal["bernoulli", "stratified"]
Mix = Literal["size", "sqrt", "uniform"]
Tuning = Literal["head", "lora", "full"]
AskedTuning = Literal["auto", "head", "lora", "full"]
Loss = Literal["infonce", "symmetric"]
IndexKind = Literal["flat", "hnsw", "ivf-pq"]
Order = Literal["code", "family", "value"]
Colours = Literal["cividis", "viridis", "magma"]
Breakdown = Literal["language", "pair"]
ExpansionOrder = Literal["expand-first", "translate-first"]
MergeMethod = Literal["linear", "ties"]
DataKind = Literal["collection", "pairs", "run"]
