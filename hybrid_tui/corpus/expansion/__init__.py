"""Expansion of queries by a language model: what is asked, kept of the answers, made of them."""
