"""The permissions of legal aid."""

REVIEW = "legal_aid.review"
DECIDE = "legal_aid.decide"
COUNSEL = "legal_aid.counsel"
MANAGE = "legal_aid.manage_lawyers"
VIEW_FEES = "legal_aid.view_fees"
APPROVE_FEES = "legal_aid.approve_fees"
PAY_FEES = "legal_aid.pay_fees"
