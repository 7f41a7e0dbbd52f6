"""Batches of training rows: samplers, and the plan, a pure function of (seed, epoch, step)."""
