"""What the manifest of legal aid names."""

from app.casework.providers import CaseProviders

CASES = CaseProviders("legal_aid")
