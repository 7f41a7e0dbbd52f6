"""Exact ranks, the metrics and biases that follow from them, and whether a difference is real."""
