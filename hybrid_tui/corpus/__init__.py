"""Collections: what is searched and asked, in which languages, and what answers what."""
