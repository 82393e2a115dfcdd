"""Member pages of help."""

from app.casework.member_pages import case_pages

blueprint = case_pages("help", __name__)
