"""Whether an index is fair to its languages, told of passages alone: no question was judged."""
