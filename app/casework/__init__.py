"""Casework (办案): applications with states, clocks, papers and privacy, for every module that answers to people."""
