"""What comes in from settings, forms and the API, and what the API gives out."""

from apiflask import Schema as ApiSchema
from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.core.moments import Day, Moment
from app.modules.news.models import (
    LONGEST_BODY,
    LONGEST_CATEGORY,
    LONGEST_CREDIT,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    State,
)

MOST_IN_A_BLOCK = 20


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class NewsSettings(Schema):
    """How a zone uses the module."""

    accept_city_articles = fields.Boolean(
        load_default=True,
        metadata={
            "label": _("Show articles the city union shares"),
            "hint": _("They appear in your lists with their origin."),
        },
    )
    articles_on_home = fields.Integer(
        load_default=5,
        validate=validate.Range(1, MOST_IN_A_BLOCK),
        metadata={"label": _("Articles on the home page"), "hint": _("Blocks may set a number of their own.")},
    )


class ArticlesBlockSettings(Schema):
    """The articles block: the latest of all but notices, or of one category (its slug)."""

    limit = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_IN_A_BLOCK),
        metadata={"label": _("How many to show")},
    )
    category = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"label": _("Category"), "choices": "app.modules.news.blocks:category_choices"},
    )
    layout = fields.String(
        load_default="list",
        validate=validate.OneOf(["list", "cards"]),
        metadata={"label": _("Layout"), "labels": {"list": _("List"), "cards": _("Cards")}},
    )


class NoticesBlockSettings(Schema):
    """The notices block: the latest articles of notice categories."""

    limit = fields.Integer(
        load_default=3, validate=validate.Range(1, MOST_IN_A_BLOCK), metadata={"label": _("How many to show")}
    )


class ArticleForm(Schema):
    """The editor. `body` is HTML or Markdown."""

    title = fields.String(
        required=True,
        validate=validate.Length(
            1, LONGEST_TITLE, error=_("The title may have up to %(most)d characters.", most=LONGEST_TITLE)
        ),
        error_messages={"required": _("Give the article a title.")},
    )
    summary = fields.String(
        load_default="",
        validate=validate.Length(
            max=LONGEST_SUMMARY, error=_("The summary may have up to %(most)d characters.", most=LONGEST_SUMMARY)
        ),
    )
    body = fields.String(load_default="", validate=validate.Length(max=LONGEST_BODY, error=_("The text is too long.")))
    category_id = fields.UUID(load_default=None, error_messages={"invalid_uuid": _("Choose a category from the list.")})
    cover_file_id = fields.UUID(
        load_default=None, error_messages={"invalid_uuid": _("Choose the cover picture again.")}
    )
    source = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_CREDIT, error=_("Please shorten this."))
    )
    author = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_CREDIT, error=_("Please shorten this."))
    )
    picture_alt = fields.String(load_default="", validate=validate.Length(max=200, error=_("Please shorten this.")))


class TimeForm(Schema):
    """A moment in China time, as a browser's date-and-time field writes it."""

    publish_at = Moment(required=True)


class PinForm(Schema):
    """The last day on which the article stays on top."""

    pinned_until = Day(required=True, error_messages={"required": _("Choose a date."), "invalid": _("Choose a date.")})


class BulkForm(Schema):
    """One step for many articles."""

    id = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=100))
    action = fields.String(required=True, validate=validate.OneOf(["publish", "withdraw"]))


class CategoryForm(Schema):
    """A category's name and whether its articles are notices."""

    name = fields.String(
        required=True,
        validate=validate.Length(
            1, LONGEST_CATEGORY, error=_("A category's name may have up to %(most)d characters.", most=LONGEST_CATEGORY)
        ),
        error_messages={"required": _("Give the category a name.")},
    )
    is_notice = fields.Boolean(load_default=False)


class DeskFilter(Schema):
    """The filter bar of the console's list; what makes no sense is left out."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *State]))
    category = fields.UUID(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(max=LONGEST_TITLE))
    before = fields.UUID(load_default=None)


class ListQuery(ApiSchema):
    """Which part of the published list an API client wants."""

    category = fields.String(load_default="", metadata={"description": "A category's slug."})
    after = fields.String(load_default="", metadata={"description": "`next` of the previous answer."})
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))


class ArticleSummaryOut(ApiSchema):
    """A published article as lists show it; times are UTC."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    category = fields.String(required=True)
    origin = fields.String(
        required=True, metadata={"description": "Name of the zone that shared it; empty for the zone's own."}
    )
    cover_url = fields.String(required=True, allow_none=True)
    url = fields.String(required=True)
    publish_at = fields.DateTime(required=True)
    is_pinned = fields.Boolean(required=True)


class ArticleOut(ArticleSummaryOut):
    """A published article with its text."""

    body_html = fields.String(required=True, metadata={"description": "Sanitised HTML."})
    source = fields.String(required=True)
    author = fields.String(required=True)


class ArticleListOut(ApiSchema):
    """A page of the list; `next` is empty on the last one."""

    items = fields.List(fields.Nested(ArticleSummaryOut), required=True)
    next = fields.String(required=True)
