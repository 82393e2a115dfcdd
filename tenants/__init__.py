"""Tenancy: zones, the scope code runs in, and the walls between zones. Knows nothing of `app`."""
