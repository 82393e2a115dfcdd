"""What members do with their works: send, send anew what was not accepted, withdraw."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import InvalidInput
from app.core.identifiers.masks import mask_name
from app.core.pages.content import touch_content
from app.members.models import Member
from app.modules.events.entering import enter
from app.modules.events.kinds.works.errors import JudgesThere, SendingOver, TakesPartThemselves, WorkMovedOn
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.pictures import Sent, drop_pictures, keep_pictures
from app.modules.events.kinds.works.queries import find_own
from app.modules.events.kinds.works.settings import rules_of
from app.modules.events.kinds.works.states import State
from app.modules.events.models import Campaign
from app.unions.models import Union
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn


def send(member_id: UUID, campaign: Campaign, title: str, words: str, pictures: Sequence[Sent]) -> Work:
    """Send a work, or anew what was not accepted; pictures that are sent take the place of those before.

    Raises `NotOpen`, `NotInvited`, `SendingOver`, `WorkMovedOn`, `JudgesThere`, `InvalidInput`.
    """
    take_turn(f"events.works.{current_zone().id}.{campaign.id}.{member_id}")
    enter(member_id, campaign)
    rules, work = rules_of(campaign), find_own(campaign.id, member_id, lock=True)
    if now() >= rules.send_until:
        raise SendingOver
    if work is not None and work.state == State.ACCEPTED:
        raise WorkMovedOn
    before = work.file_ids if work else []
    kept = keep_pictures(member_id, pictures) if pictures else before
    if len(kept) < rules.least_pictures:
        words_of_few = ngettext("Send at least one picture.", "Send at least %(num)d pictures.", rules.least_pictures)
        raise InvalidInput(words_of_few, field="pictures")
    if not kept and not words:
        raise InvalidInput(_("Write something, or send a picture."), field="words")
    name, union = _whose(member_id)
    take_turn(judges_turn(campaign.id))
    if work is None:
        work = Work(campaign_id=campaign.id, member_id=member_id, version=0)
        db.session.add(work)
    work.title, work.words, work.file_ids = title, words, kept
    work.author, work.union_id, work.union_path = shown_author(name, union, rules.author_shown), union.id, union.path
    work.state, work.reason = State.SENT, ""
    work.version, work.sent_at = work.version + 1, now()
    with refused_as({"events_works_judge": JudgesThere}):
        db.session.flush()
    drop_pictures([each for each in before if each not in kept])
    _remember("events.works_send", work)
    return work


def withdraw(member_id: UUID, campaign: Campaign) -> None:
    """Take a work back, with its pictures and votes, until it has its place in the ranking; taken back twice it is once.

    Raises `WorkMovedOn`.
    """
    work = find_own(campaign.id, member_id, lock=True)
    if work is None:
        raise WorkMovedOn
    if work.state == State.WITHDRAWN:
        return
    if campaign.settled_at is not None:
        raise WorkMovedOn
    if work.state == State.ACCEPTED:
        show_no_more(work.id)
    pictures, work.file_ids, work.words = work.file_ids, [], ""
    work.state, work.version = State.WITHDRAWN, work.version + 1
    db.session.flush()
    drop_pictures(pictures)
    touch_content()
    _remember("events.works_withdraw", work)


def show_no_more(work_id: UUID) -> None:
    """Take a work that is shown out of the gallery. Raises `WorkMovedOn` for one that has its place: prizes are given by it."""
    without_place = delete(ShownWork).where(ShownWork.id == work_id, ShownWork.place.is_(None))
    if not db.session.scalar(without_place.returning(ShownWork.id)):
        raise WorkMovedOn


def has_sent(campaign_id: UUID, member_id: UUID | None) -> bool:
    """Whether a member sent a work that they did not take back."""
    own = find_own(campaign_id, member_id) if member_id else None
    return own is not None and own.state != State.WITHDRAWN


def require_outsider(actor: Actor, campaign_id: UUID) -> None:
    """Raises `TakesPartThemselves` for who sent a work: they decide on none, of rivals neither, nor on who judges."""
    if has_sent(campaign_id, actor.member_id):
        raise TakesPartThemselves


def judges_turn(campaign_id: UUID) -> str:
    """The turn that who sends a work and who names judges take, so that nobody comes to be both."""
    return f"events.works.judges.{current_zone().id}.{campaign_id}"


def shown_author(name: str, union: Union, shown: str) -> str:
    """What is shown of whom a work is by, as the settings say."""
    return {"name": f"{mask_name(name)} · {union.name}", "union": union.name, "nobody": ""}[shown]


def _whose(member_id: UUID) -> tuple[str, Union]:
    """What a member is called, and their union."""
    found = select(Member.name, Union).join(Union, Union.path == Member.union_path).where(Member.id == member_id)
    name, union = db.session.execute(found).one()
    return name, union


def _remember(action: str, work: Work) -> None:
    record(action, object_type="events_work", object_id=work.id, subject_member_id=work.member_id, state=work.state)
