"""Exact ranks at the speed of float32.

`run` takes the passages, stretch by stretch, past tiles of queries; `sieve` counts what float32 products
decide within their `error_bound`, on a `device`, and has `exact` decide the rest in float64.
"""
