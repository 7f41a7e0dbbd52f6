"""Multilingual encoders: backbones, and how each is loaded and run."""
