"""What the audit trail calls the deeds of the newsroom."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, column
from app.modules.news.models import Article, Category, SharedArticle

ACTIONS = {
    "news.write": _("Wrote an article"),
    "news.edit": _("Edited an article"),
    "news.publish": _("Published an article"),
    "news.withdraw": _("Withdrew an article"),
    "news.delete": _("Deleted an article"),
    "news.pin": _("Pinned an article"),
    "news.unpin": _("Unpinned an article"),
    "news.share": _("Shared an article with the zones"),
    "news.unshare": _("Stopped sharing an article"),
    "news.hide_share": _("Hid an article from the city"),
    "news.show_share": _("Showed an article from the city"),
    "news.create_category": _("Added a category"),
    "news.change_category": _("Changed a category"),
    "news.move_category": _("Moved a category"),
    "news.delete_category": _("Deleted a category"),
}
THINGS = {
    "news_article": Thing(_("Article"), column(Article.title), permission="news.write"),
    "news_category": Thing(_("Category"), column(Category.name)),
    "news_shared_article": Thing(_("Article of the city"), column(SharedArticle.title)),
}
