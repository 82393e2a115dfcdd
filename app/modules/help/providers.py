"""What the manifest of help names."""

from app.casework.providers import CaseProviders

CASES = CaseProviders("help")
