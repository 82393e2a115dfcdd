"""A thin layer before Flask that does posts marked `early_post`, which very many send at one moment: in the door's thread, step by step.

It passes a request through the same checks as the gate, in the same order: host and zone, session, module switch, access,
Origin and CSRF token. Where one of them is not plainly passed it answers nothing: Flask does, and needs no layer to be right.
"""
