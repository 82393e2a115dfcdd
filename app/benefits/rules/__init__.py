"""Spending rules (开支标准) as data of the city, and the register of what each member was given.

Whatever gives something to members asks `check` before it is decided, and calls `register` in the transaction that gives it.
"""

from app.benefits.rules.giving import Giving, Refusal, check, register, take_back

__all__ = ["Giving", "Refusal", "check", "register", "take_back"]
