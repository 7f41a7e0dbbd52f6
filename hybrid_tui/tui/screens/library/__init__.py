"""The models and collections that there are."""
