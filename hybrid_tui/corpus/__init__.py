"""Collections (queries, passages, relevance over languages), training pairs, and their files."""
