"""The desk's pages of help."""

from app.casework.desk_pages import case_desk

blueprint = case_desk("help", __name__, review="help.review", decide="help.approve", pay="help.pay")
