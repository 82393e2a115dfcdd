"""Help for workers in difficulty (困难帮扶): an application with papers, its review, and a decision by two people."""
