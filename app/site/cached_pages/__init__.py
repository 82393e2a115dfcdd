"""The page cache: a thin WSGI layer before Flask that answers public pages of zones from memory.

A page is rendered once for everybody and kept compressed; what is personal (the header's account menu, the greeting) is
rendered once a session and kept apart; an answer joins the two. Whatever the layer is not sure of goes to Flask, which
needs no cache to be right. The rules are in README.md beside this file.
"""
