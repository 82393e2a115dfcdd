"""What the benches share: a city of their own, servers on one core, a client on the other, ratios and tables."""
