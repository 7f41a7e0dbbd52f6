"""The summary screen: every evaluated system in every setting, against a base."""
