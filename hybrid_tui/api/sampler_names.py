"""Samplers by name, without what draws batches: loads in an instant, for help and menus."""

from hybrid_tui.sampling.samplers import SAMPLERS as SAMPLERS
from hybrid_tui.sampling.samplers import summary as summary
