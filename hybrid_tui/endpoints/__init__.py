"""OpenAI-compatible servers that the user names in `config.toml`: what they are, and how they are asked."""

from hybrid_tui.endpoints.endpoint import PREFIX, Endpoint, endpoint, names

__all__ = ["PREFIX", "Endpoint", "endpoint", "names"]
