"""Member pages of legal aid."""

from app.casework.member_pages import case_pages

blueprint = case_pages("legal_aid", __name__)
