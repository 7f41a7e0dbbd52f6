"""The terminal app: it draws and asks; it computes nothing about models."""
