"""An audience in the reader's language."""

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from app.members.audience.choice import Audience
from app.members.audience.models import AudienceList
from app.unions.models import Union
from tenants.database import db

GENDERS = {"male": lazy_gettext("Men"), "female": lazy_gettext("Women")}
VERIFIED = {True: lazy_gettext("Verified"), False: lazy_gettext("Not verified")}


def describe(audience: Audience) -> list[tuple[str, str]]:
    """The choice as terms and what they are, for a page that asks for confirmation."""
    if audience.is_open:
        return [(gettext("For whom"), gettext("All members of this zone"))]
    facts = [
        (gettext("Unions"), _listed(union_names(audience.union_paths))),
        (gettext("List of members"), _list_title(audience)),
        (gettext("Tags"), _listed(audience.tags)),
        (gettext("Gender"), str(GENDERS[audience.gender]) if audience.gender else ""),
        (gettext("Real name"), str(VERIFIED[audience.is_verified]) if audience.is_verified is not None else ""),
        (gettext("Joined"), _days(audience)),
        (gettext("Month of birth"), _listed([month_title(month) for month in audience.birth_months])),
    ]
    return [(term, words) for term, words in facts if words]


def union_names(paths: tuple[str, ...]) -> list[str]:
    """The names of unions, in the order of the tree."""
    return list(db.session.scalars(select(Union.name).where(Union.path.in_(paths)).order_by(Union.path)))


def month_title(month: int) -> str:
    return gettext("Month %(number)s", number=month)


def _list_title(audience: Audience) -> str:
    return db.session.scalar(select(AudienceList.title).where(AudienceList.id == audience.list_id)) or ""


def _days(audience: Audience) -> str:
    is_narrowed = audience.joined_from or audience.joined_until
    return f"{audience.joined_from or '…'} – {audience.joined_until or '…'}" if is_narrowed else ""


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return "、".join(names)
