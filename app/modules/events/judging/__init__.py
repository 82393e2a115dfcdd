"""Judges 评委: who may be named, whom they don't score, what they score by and what it comes to; for any kind that has some."""
