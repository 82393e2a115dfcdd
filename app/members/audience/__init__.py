"""Whom something is for (对象): chosen by staff, counted before it is used, and frozen where nobody may come in later."""

from .choice import Audience
from .freezing import freeze
from .letting_go import let_go
from .measuring import Size, measure

__all__ = ["Audience", "Size", "freeze", "let_go", "measure"]
