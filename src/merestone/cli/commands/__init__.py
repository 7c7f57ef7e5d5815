"""One module for each verb; ``command`` is the click command, heavy imports are inside it."""
