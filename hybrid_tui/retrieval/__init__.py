"""Embeddings kept, indexed and searched."""
