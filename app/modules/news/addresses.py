"""Where articles and their pictures are found, for templates, blocks and the API alike."""

from uuid import UUID


def article_path(article_id: UUID) -> str:
    return f"/news/{article_id}"


def shared_picture_path(article_id: UUID, file_id: UUID) -> str:
    """A picture of an article that another zone shares with this one."""
    return f"/news/{article_id}/pictures/{file_id}"


def cover_path(article_id: UUID, file_id: UUID | None, origin: str) -> str:
    """A cover's address: the zone's own file, or a shared one when the article has another origin; "" without one."""
    if file_id is None:
        return ""
    return shared_picture_path(article_id, file_id) if origin else f"/files/{file_id}"
