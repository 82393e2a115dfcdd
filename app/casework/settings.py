"""What a zone decides about a module with cases."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.clocks import Unit
from app.casework.kinds import ANSWER, CaseKind, casework_of
from app.core.module_settings import module_settings

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext


FREE = "free"
GIVEN = "assigned"
ASSIGNMENTS = {FREE: _("Whoever takes a case has it"), GIVEN: _("Each case is given to a handler as it comes in")}


class EntrySettings(Schema):
    """The home page's block with the way in to a module needs none."""


def _public_notice(most_days: int) -> dict[str, fields.Field[Any]]:
    """What a module whose grants are put on public notice decides besides; its consents let ended ones be shown `most_days`."""
    return {
        "notice_shows_amount": fields.Boolean(
            load_default=False,
            metadata={
                "label": _("Public notices show the amount granted"),
                "hint": _("For notices drafted from now on; drafts that wait are drafted anew."),
            },
        ),
        "notice_least_members": fields.Integer(
            load_default=20,
            validate=validate.Range(min=10, max=10_000, error=_("Between {min} and {max} members.")),
            metadata={
                "label": _("Members a union needs to be named on a public notice"),
                "hint": _(
                    "Of a smaller one a masked name tells who it is; the union of this zone stands in its place."
                ),
            },
        ),
        "notice_shown_days": fields.Integer(
            load_default=most_days,
            validate=validate.Range(min=0, max=most_days, error=_("Between {min} and {max} days.")),
            metadata={
                "label": _("Days a public notice that has ended is still shown"),
                "hint": _("After that its names are erased. Never more than the applicants agreed to."),
            },
        ),
    }


def settings_schema(kinds: Iterable[CaseKind]) -> type[Schema]:
    """The settings of a module with these kinds, as its manifest declares them."""
    kinds = tuple(kinds)
    titles = {kind.name: kind.title for kind in kinds}
    noticed = [kind.consent.notice_shown_days for kind in kinds if kind.public_notice]
    on_notice = _public_notice(max(noticed)) if noticed else {}
    named = fields.String(validate=validate.OneOf(list(titles)), metadata={"labels": titles})
    return Schema.from_dict({
        "introduction": fields.String(
            load_default="",
            validate=validate.Length(max=600),
            metadata={
                "label": _("Introduction"),
                "hint": _("Shown to members above what they can apply for; empty for the usual text."),
                "long": True,
            },
        ),
        "contact_phone": fields.String(
            load_default="",
            validate=validate.Regexp(r"[0-9+ \-转()（）]{0,40}\Z", error=_("Only digits, spaces and dashes.")),
            metadata={"label": _("Phone for questions"), "hint": _("Shown on every page members see of it.")},
        ),
        "open_kinds": fields.List(
            named,
            load_default=lambda: list(titles),
            metadata={
                "label": _("Kinds members can apply for"),
                "hint": _("Applications already made go on when a kind is closed."),
            },
        ),
        "promise_days": fields.Integer(
            load_default=_declared_days(kinds),
            validate=validate.Range(min=1, max=60, error=_("Between 1 and 60 working days.")),
            metadata={
                "label": _("Working days until the promised answer"),
                "hint": _("Counted from the day an application is submitted, by the city’s working-day calendar."),
            },
        ),
        "assignment": fields.String(
            load_default=FREE,
            validate=validate.OneOf(list(ASSIGNMENTS)),
            metadata={
                "label": _("How cases find a handler"),
                "hint": _("Given by union, as noted on the desk’s page of handlers, else to whoever has least."),
                "labels": ASSIGNMENTS,
            },
        ),
        **on_notice,
    })  # fmt: skip


def _declared_days(kinds: Iterable[CaseKind]) -> int:
    answers = (kind.declared(ANSWER) for kind in kinds)
    return max(clock.amount for clock in answers if clock.unit is Unit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class CaseworkSettings:
    """The settings in force in the running zone."""

    introduction: str
    contact_phone: str
    open_kinds: tuple[CaseKind, ...]
    assignment: str


def current_settings(module: str) -> CaseworkSettings:
    """The running zone's settings, the defaults where it has decided nothing."""
    values, casework = module_settings(module), casework_of(module)
    return CaseworkSettings(
        introduction=values["introduction"] or str(casework.introduction),
        contact_phone=values["contact_phone"],
        open_kinds=tuple(kind for kind in casework.kinds if kind.name in values["open_kinds"]),
        assignment=values["assignment"],
    )
