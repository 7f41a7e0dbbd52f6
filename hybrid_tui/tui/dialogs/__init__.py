"""Dialogs: screens that lie on top of another one and give back a choice."""
