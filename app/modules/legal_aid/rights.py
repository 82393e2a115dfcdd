"""The permissions of legal aid."""

REVIEW = "legal_aid.review"
DECIDE = "legal_aid.decide"
COUNSEL = "legal_aid.counsel"
MANAGE = "legal_aid.manage_lawyers"
