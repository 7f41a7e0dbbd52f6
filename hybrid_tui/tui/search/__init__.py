"""The search screen: one query, several systems side by side."""
