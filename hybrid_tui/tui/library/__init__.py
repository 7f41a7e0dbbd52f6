"""The library screen: models and collections, their details, adding and removing."""
