"""How large teams are, and what a team is called, as forms ask it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number
from app.core.halfwidth import fold
from app.modules.events.errors import NotReady
from app.modules.events.models import Campaign

MOST_IN_A_TEAM = 30
LONGEST_NAME = 30


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class TeamSettings(Schema):
    """From how many to how many people a team has; without both there are none."""

    team_from = Number(MOST_IN_A_TEAM, load_default=None, allow_none=True)
    team_to = Number(MOST_IN_A_TEAM, load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True)
class TeamSize:
    """How many people a team has."""

    least: int
    most: int

    def in_words(self) -> str:
        if self.least == self.most:
            return gettext("Teams of %(number)d", number=self.most)
        return gettext("Teams of %(least)d to %(most)d", least=self.least, most=self.most)


def size_of(settings: dict[str, Any]) -> TeamSize | None:
    """The size that settings say; none where there are no teams."""
    least, most = settings.get("team_from"), settings.get("team_to")
    return TeamSize(least, most) if least and most else None


def require_size(campaign: Campaign) -> None:
    """Raises `NotReady` where only half of it is said, or teams of one."""
    least, most = campaign.settings.get("team_from"), campaign.settings.get("team_to")
    if not least and not most:
        return
    if not least or not most or not 2 <= least <= most:
        words = gettext(
            "Teams have two people or more: say from how many to how many, or leave both empty for no teams."
        )
        raise NotReady(words, field="team_from")


class Name(fields.String):
    """A name as everybody sees it: without invisible characters, by which two would look the same."""

    def _deserialize(self, value: Any, *place: Any, **rest: Any) -> Any:
        return " ".join(fold(super()._deserialize(value, *place, **rest)).split())


class TeamNameForm(Schema):
    """What a team is called."""

    team = Name(
        required=True,
        validate=validate.Length(2, LONGEST_NAME, error=_("From 2 to %(most)d characters.", most=LONGEST_NAME)),
        error_messages={"required": _("Give your team a name.")},
    )
