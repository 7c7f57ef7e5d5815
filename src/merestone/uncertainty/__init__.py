"""How sure: error models, sides of places, realisations, what several sources say together."""
