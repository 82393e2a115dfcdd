"""What staff and the clock do with campaigns (`states.STEPS`)."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from flask_babel import gettext as _
from sqlalchemy import select

from app.benefits.papers import Hand, Step
from app.core.audit import record
from app.core.clock import now
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.modules import load_provider
from app.core.pages.content import touch_content
from app.core.rich_text import clean_html, html_of, is_empty
from app.core.seen import require_seen
from app.members.audience.choice import Audience
from app.members.audience.freezing import freeze
from app.members.audience.letting_go import let_go
from app.modules.events.errors import CampaignMovedOn, NotReady, OwnCampaign, ReasonMissing, TakenUp
from app.modules.events.kinds import find_kind
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import LONGEST_RULES, Campaign
from app.modules.events.prizes.pieces import return_beans
from app.modules.events.queries import find_campaign
from app.modules.events.sharing.operations import renew_copy
from app.modules.events.sharing.queries import find_shared
from app.modules.events.states import APPROVE, ARCHIVE, CANCEL, CLOSE, FREEZE, OPEN, SETTLE, STOP, SUBMIT, State
from app.modules.events.weeks.queries import find_week
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import is_root
from tenants.turns import take_turn

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Content:
    """What staff write of a campaign. `rules` is HTML or Markdown; `settings` are the kind's own, as its schema loads them."""

    title: str
    opens_at: datetime
    closes_at: datetime
    summary: str = ""
    rules: str = ""
    cover_file_id: UUID | None = None
    hosts: list[dict[str, str]] = field(default_factory=list)
    week_id: UUID | None = None
    shared_down: bool = False
    shared_id: UUID | None = None
    audience: Audience = field(default_factory=Audience)
    settings: dict[str, Any] = field(default_factory=dict)


def content_of(campaign: Campaign) -> Content:
    """What was written of a campaign."""
    facts = {each.name: getattr(campaign, each.name) for each in fields(Content) if each.name != "audience"}
    return Content(audience=Audience.from_json(campaign.audience), **facts)


def draft_campaign(actor: Actor, campaign_id: UUID, kind: str, content: Content) -> Campaign:
    """Begin a campaign; sent twice it is one. Raises `InvalidInput`, `TakenUp`, and `NotFound` for a kind that is not there."""
    before = db.session.get(Campaign, (current_zone().id, campaign_id))
    if before is not None:
        return before
    if content.shared_id:
        _require_not_taken_up(content.shared_id)
    made = Campaign(id=campaign_id, kind=kind, state=State.DRAFT, version=1, written_by=actor.account_id,
                    written_by_name=actor.name, **_columns(kind, content))  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _remember("events.draft", made)
    return made


def _require_not_taken_up(shared_id: UUID) -> None:
    find_shared(shared_id)
    take_turn(f"events.taken_up.{current_zone().id}.{shared_id}")
    own = select(Campaign.id).where(Campaign.shared_id == shared_id, Campaign.state != State.CANCELLED)
    if db.session.scalar(own):
        raise TakenUp


def edit_campaign(actor: Actor, campaign_id: UUID, content: Content, *, seen: str) -> Campaign:
    """Change a draft; who does so has written it from then on. Raises `CampaignMovedOn`, `ChangedMeanwhile`, `InvalidInput`."""
    campaign = hold_draft(actor, campaign_id, seen=seen)
    for name, value in _columns(campaign.kind, content).items():
        setattr(campaign, name, value)
    db.session.flush()
    _remember("events.edit", campaign)
    return campaign


def hold_draft(actor: Actor, campaign_id: UUID, *, seen: str | None) -> Campaign:
    """A draft that the actor is changing, also in what its kind keeps beside it: they have written it from then on.

    Raises `CampaignMovedOn`, `ChangedMeanwhile`, `NotFound`.
    """
    campaign = find_campaign(campaign_id, lock=True)
    require_seen(seen, campaign.mark, campaign)
    if campaign.state != State.DRAFT:
        raise CampaignMovedOn
    campaign.written_by, campaign.written_by_name = actor.account_id, actor.name
    campaign.reviewed_by, campaign.reviewed_by_name = None, ""
    campaign.version += 1
    db.session.flush()
    return campaign


def take_step(actor: Actor, campaign_id: UUID, step: Step, *, seen: str | None = None, reason: str = "") -> Campaign:
    """Carry a campaign one step on.

    Raises `CampaignMovedOn`, `ChangedMeanwhile`, `OwnCampaign`, `ReasonMissing`, and `NotReady` where something is missing that
    must be there before it is reviewed or announced.
    """
    campaign = find_campaign(campaign_id, lock=True)
    require_seen(seen, campaign.mark, campaign)
    if campaign.state not in step.sources:
        raise CampaignMovedOn
    if step is CANCEL and campaign.state == State.FROZEN and campaign.opens_at <= now():
        raise CampaignMovedOn  # it is open by its own times: closing it early takes a second person
    if step.hand is Hand.CHECKER and campaign.written_by == actor.account_id:
        raise OwnCampaign
    if step.needs_reason and not reason:
        raise ReasonMissing(field="reason")
    _require_ready(campaign, step)
    if step is APPROVE:
        campaign.reviewed_by, campaign.reviewed_by_name = actor.account_id, actor.name
    elif step.target is State.DRAFT:
        campaign.reviewed_by, campaign.reviewed_by_name = None, ""
    if step is FREEZE:
        _freeze(actor, campaign)
    if step in (CLOSE, STOP):
        campaign.closed_at = now()
    if step is SETTLE:
        campaign.settled_at = now()
    campaign.state = step.target
    campaign.reason = reason or campaign.reason
    campaign.version += 1
    db.session.flush()
    if campaign.frozen_at is not None:
        touch_content()
        renew_copy(campaign)
        _end(actor, campaign, step)
    _remember(f"events.{step.action}", campaign, **({"reason": reason} if reason else {}))
    return campaign


def follow_the_clock(actor: Actor) -> bool:
    """Take the next step that is due in the zone: open a campaign, close it, or settle a part of it; whether there was one.

    On the worker plane, in one transaction. What fails in one campaign keeps no other back: it is raised once no other has a step.
    """
    moment = now()
    due = select(Campaign.id).where(
        ((Campaign.state == State.FROZEN) & (Campaign.opens_at <= moment))
        | ((Campaign.state == State.OPEN) & (Campaign.closes_at <= moment))
        | (Campaign.state == State.CLOSED)
    )
    faults: list[Exception] = []
    for campaign_id in db.session.scalars(due.order_by(Campaign.id)).all():
        try:
            with db.session.begin_nested():
                if _follow(actor, campaign_id):
                    return True
        except Exception as fault:
            log.exception("a campaign's step failed", campaign=str(campaign_id))
            faults.append(fault)
    if faults:
        raise faults[0]
    return False


def _follow(actor: Actor, campaign_id: UUID) -> bool:
    campaign = find_campaign(campaign_id, lock=True)
    if campaign.state != State.CLOSED:
        take_step(actor, campaign_id, OPEN if campaign.state == State.FROZEN else CLOSE)
        return True
    settled: Settled = load_provider(find_kind(campaign.kind).settle)(campaign)
    if settled is Settled.WHOLE:
        take_step(actor, campaign_id, SETTLE)
    return settled is not Settled.WAITS


def missing_for(campaign: Campaign, step: Step) -> str:
    """What must be there before a step can be taken, in words; empty where nothing is missing."""
    try:
        _require_ready(campaign, step)
    except DomainError as refusal:
        return str(refusal.message)
    return ""


def _freeze(actor: Actor, campaign: Campaign) -> None:
    """Announce a campaign: whom it is for becomes a list, unless it is for everybody. One of the city's may run already: it opens here
    when it is announced."""
    audience = Audience.from_json(campaign.audience)
    if not audience.is_open:
        frozen = freeze(actor, uuid7(), audience, campaign.title)
        campaign.audience = Audience(list_id=frozen.id).to_json()
    campaign.frozen_at = now()
    load_provider(find_kind(campaign.kind).announced)(campaign)


def _end(actor: Actor, campaign: Campaign, step: Step) -> None:
    """Let go what a campaign needs no more once it is over: the list of whom it was for, and the beans that nobody won."""
    if step in (SETTLE, CANCEL):
        _let_go(campaign)
    if step in (SETTLE, ARCHIVE, CANCEL):
        return_beans(actor, campaign)


def _let_go(campaign: Campaign) -> None:
    list_id = Audience.from_json(campaign.audience).list_id
    if list_id is not None:
        let_go(list_id)


def _require_ready(campaign: Campaign, step: Step) -> None:
    """Raises `NotReady`, and what the kind raises, where something is missing for the step."""
    if step not in (SUBMIT, APPROVE, FREEZE):
        return
    if is_empty(campaign.rules_html):
        raise NotReady(_("Write the rules: members read them before they take part."), field="rules")
    if campaign.closes_at <= now():
        raise NotReady(_("It would be over before it begins: set other times."), field="closes_at")
    if campaign.shared_id:
        _require_shared(campaign.shared_id)
    load_provider(find_kind(campaign.kind).ready)(campaign)
    if step is FREEZE and campaign.opens_at <= now() and campaign.shared_id is None:
        raise NotReady(
            _("The time at which it opens has gone by: have it returned, and set another."), field="opens_at"
        )


def _require_shared(shared_id: UUID) -> None:
    try:
        find_shared(shared_id)
    except NotFound:
        raise NotReady(_("The city’s campaign is over or was cancelled, so that it can’t be held here.")) from None


def _columns(kind: str, content: Content) -> dict[str, Any]:
    if content.shared_down and not is_root(current_zone().union_path):
        raise InvalidInput(_("Only the city’s own zone shares campaigns with the zones below."), field="shared_down")
    if content.week_id:
        _require_week(content.week_id)
    if content.opens_at >= content.closes_at:
        raise InvalidInput(_("The end must be after the beginning."), field="closes_at")
    html = clean_html(html_of(content.rules))
    if len(html) > LONGEST_RULES:
        raise InvalidInput(_("The rules are too long."), field="rules")
    columns = {name: value for name, value in asdict(content).items() if name not in ("audience", "settings")}
    settings = find_kind(kind).settings().dump(content.settings)
    return columns | {"rules_html": html, "audience": content.audience.to_json(), "settings": settings}


def _require_week(week_id: UUID) -> None:
    try:
        find_week(week_id)
    except NotFound:
        raise InvalidInput(_("Choose one of the list."), field="week_id") from None


def _remember(action: str, campaign: Campaign, **detail: Any) -> None:
    record(
        action, object_type="events_campaign", object_id=campaign.id, kind=campaign.kind, state=campaign.state, **detail
    )
