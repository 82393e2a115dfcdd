"""The page of an article: its text, and the forms for when it is public and how long it stays on top."""

from uuid import UUID

from flask_babel import gettext as _

from app.core.clock import CHINA
from app.core.forms import Form
from app.modules.news.console.frame import render_desk
from app.modules.news.models import PUBLIC_STATES, Article
from app.modules.news.queries import is_city_zone, list_categories
from app.modules.news.schemas import ArticleForm, PinForm, TimeForm
from app.modules.news.words import state_words
from tenants.context import current_actor, current_zone

TEXT_FIELDS = ("title", "summary", "category_id", "cover_file_id", "source", "author")


def typed_of(article: Article) -> Form:
    """The form of an article's text with what is stored."""
    values = {name: getattr(article, name) for name in TEXT_FIELDS}
    return Form(ArticleForm, {**values, "body": article.body_html}, seen=article.mark)


def edit_page(
    form: Form,
    article: Article | None,
    *,
    once: UUID | None = None,
    saved: Article | None = None,
    publishing: Form | None = None,
    pinning: Form | None = None,
) -> str:
    """The page with what was typed into each of its forms; `saved` is what is stored now, after a conflict."""
    actor, zone = current_actor(), current_zone()
    is_public = article is not None and article.state in PUBLIC_STATES
    return render_desk(
        "edit",
        crumb=article.title if article else _("New article"),
        form=form,
        article=article,
        once=once,
        saved=saved,
        categories=[(row.id, row.name) for row in list_categories()],
        state_words=state_words,
        may_publish=actor.may("news.publish"),
        may_share=actor.may("news.share") and is_city_zone(zone),
        is_public=is_public,
        is_locked=is_public and not actor.may("news.publish"),
        publishing=publishing or _publishing(article),
        pinning=pinning or _pinning(article),
    )


def _publishing(article: Article | None) -> Form:
    at = article.publish_at if article else None
    return Form(TimeForm, {"publish_at": at.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M") if at else ""})


def _pinning(article: Article | None) -> Form:
    until = article.pinned_until if article else None
    return Form(PinForm, {"pinned_until": until.astimezone(CHINA).date().isoformat() if until else ""})
