"""Rankings and what can be said of them: plain dataclasses, pure Python."""
