"""The time limits of the law, on the pages of a case."""
