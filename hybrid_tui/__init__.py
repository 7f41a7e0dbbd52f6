"""hybrid-tui: compare, measure and train multilingual retrievers in the terminal."""

__version__ = "0.1.0"
