"""The front door: all that the commands, the engine and a notebook ask of the rooms below."""
