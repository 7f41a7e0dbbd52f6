"""Training: what is asked for, and how it gets on."""
