"""The one process that owns torch and faiss, and the words in which the app talks to it."""
