"""One ranking over all zones that hold a quiz of the city, the city's own among them."""
