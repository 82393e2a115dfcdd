"""Staff pages at `/console/news/`: articles, categories, what the city shares."""

from app.modules.news.console import articles, categories, editor, shared
from app.modules.news.console.frame import blueprint

__all__ = ["articles", "blueprint", "categories", "editor", "shared"]
