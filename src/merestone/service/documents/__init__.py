"""What a user wants with documents: read one, register it, cite it, check and list them all."""
