"""Readers of published collections, one module a form (`registry.Reader`)."""
