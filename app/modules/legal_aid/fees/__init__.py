"""Lawyers' fees (律师补贴): claimed by the lawyer, approved by somebody else, paid by a third."""
