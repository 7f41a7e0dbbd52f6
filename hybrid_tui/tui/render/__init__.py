"""From text to lines of exact width, in every script."""
