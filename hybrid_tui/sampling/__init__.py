"""Which rows make a batch: the plan, a pure function of (seed, epoch, step)."""
