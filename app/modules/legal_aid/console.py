"""The desk's pages of legal aid."""

from app.casework.desk_pages import case_desk

blueprint = case_desk(
    "legal_aid", __name__, review="legal_aid.review", decide="legal_aid.decide", retain="legal_aid.retain"
)
