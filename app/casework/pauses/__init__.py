"""Pauses: while what is missing is not in the union's hands, no clock of the case runs, and the member knows why."""
