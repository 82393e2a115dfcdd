"""Cases that have to do with each other: linked for a reason, or one merged into the other."""
