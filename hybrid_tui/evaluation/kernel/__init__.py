"""Exact ranks at the speed of float32: a sieve for what its products settle, float64 for the rest.

`run` takes blocks of passages past tiles of queries; `tiles` holds what a tile knows; `sieve` says how far a
float32 score can be trusted, and `array_sieve` and `torch_sieve` act on that; `exact` settles what is left.
"""
