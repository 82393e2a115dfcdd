"""Writing a story, asking the member, and publishing it as a second person; the member may take it back at any time."""

import hashlib
import json
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.public_notice.standing import name_shown_until
from app.casework.queries import find_own_case, lock_case
from app.casework.reviews import readable
from app.casework.sealing import seal_text
from app.casework.states import Phase
from app.casework.stories.errors import MemberSaidNo, NameStillShown, NotOver, OwnStory, StoryMovedOn, TellsTooMuch
from app.casework.stories.leaks import find_leaks
from app.casework.stories.models import StoryDraft, StoryPage, StoryState
from app.casework.stories.outcomes import outcome_of
from app.casework.stories.queries import Told, told
from app.casework.trail import add_event, record
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

WRITE, ASK, PUBLISH, ANSWER, TAKE_BACK = "write_story", "ask_story", "publish_story", "answer_story", "take_back_story"
NONE_YET = "none"
"""The mark of a case without a story."""
SAID_NO = (StoryState.DECLINED, StoryState.TAKEN_BACK)
ANSWERS = (StoryState.AGREED, StoryState.DECLINED, StoryState.CHANGES)


def may_have_story(case: Case) -> bool:
    """Whether a story may be told of a case: it is over, and not taken back by its member."""
    return case.phase in (Phase.DECIDED, Phase.ENDED)


def write_story(actor: Actor, case_id: UUID, story: Told, *, seen: str | None = None) -> StoryDraft:
    """Write the story of a case, or another text in its place: the member is asked anew, and what was public is not any more.

    Raises `NotOver`, `MemberSaidNo`, `TellsTooMuch`, `ChangedMeanwhile`, and what `reviews.readable` does.
    """
    case = lock_case(readable(actor, case_id).id)
    if not may_have_story(case) or actor.account_id is None:
        raise NotOver
    draft = _lock_draft(case.id)
    if draft is not None and draft.state in SAID_NO:
        raise MemberSaidNo
    digest = _hash(story, case)
    if draft is not None and draft.text_hash == digest:
        return draft
    require_seen(seen, draft.mark if draft else NONE_YET)
    _require_clean(case, story)
    if draft is None:
        draft = StoryDraft(zone_id=current_zone().id, id=uuid7(), case_id=case.id, member_id=case.member_id)
        db.session.add(draft)
    else:
        _unpublish(draft)
    draft.state, draft.written_by, draft.published_by = StoryState.DRAFT, actor.account_id, None
    draft.text_hash, draft.told_cipher = digest, _seal(draft, "told_cipher", _json(story))
    db.session.flush()
    record(case, WRITE)
    return draft


def _require_clean(case: Case, story: Told) -> None:
    for leak in find_leaks(case, {"title": story.title, "body": story.body}):
        raise TellsTooMuch(leak.field, leak.found, leak.what)


def _hash(story: Told, case: Case) -> bytes:
    """The hash of all that is published: another kind or outcome is another text."""
    return hashlib.sha256(f"{_json(story)}|{case.kind}|{outcome_of(case)}".encode()).digest()


def _json(story: Told) -> str:
    return json.dumps({"title": story.title, "body": story.body, "locale": story.locale}, ensure_ascii=False)


def ask_member(actor: Actor, case_id: UUID, *, seen: str | None = None) -> None:
    """Show the member the exact text and ask whether it may be published. Sent twice they are asked once.

    Raises `StoryMovedOn`, `ChangedMeanwhile`, and what `reviews.readable` does.
    """
    case, draft = _held(actor, case_id)
    if draft.state == StoryState.ASKED:
        return
    require_seen(seen, draft.mark)
    if draft.state != StoryState.DRAFT:
        raise StoryMovedOn
    draft.state = StoryState.ASKED
    event = add_event(actor, case, ASK, is_shown=True)
    record(case, ASK)
    notify(f"{case.module}.story", case.member_id, {"number": case.number}, dedupe_key=f"story:{event.id}",
           href=f"/{case.module}/{case.id}")  # fmt: skip


def publish_story(actor: Actor, case_id: UUID, *, seen: str | None = None) -> None:
    """Publish what the member agreed to, as a second person. Sent twice it is published once.

    Raises `OwnStory`, `StoryMovedOn`, `TellsTooMuch`, `NameStillShown`, `ChangedMeanwhile`, and what `reviews.readable` does.
    """
    case, draft = _held(actor, case_id)
    if not actor.may(find_kind(case.kind).decide):
        raise NotFound
    if draft.state == StoryState.PUBLISHED:
        return
    if draft.written_by == actor.account_id:
        raise OwnStory
    require_seen(seen, draft.mark)
    story = told(draft)
    if draft.state != StoryState.AGREED or draft.text_hash != _hash(story, case):
        raise StoryMovedOn
    _require_clean(case, story)
    if (last_day := name_shown_until(case.id)) is not None:
        raise NameStillShown(last_day)
    # In version 4, unlike in our own ids, no time is written: it would tell which case was at that moment at hand.
    draft.state, draft.published_by, draft.page_id = StoryState.PUBLISHED, actor.account_id, uuid4()
    db.session.flush()
    db.session.add(
        StoryPage(id=draft.page_id, module=case.module, kind=case.kind, locale=story.locale, title=story.title, body=story.body,
                  outcome=outcome_of(case), month=today_in_china().replace(day=1))
    )  # fmt: skip
    db.session.flush()
    touch_content()
    add_event(actor, case, PUBLISH, is_shown=True)
    record(case, PUBLISH)


def answer_story(actor: Actor, case_id: UUID, answer: StoryState, wish: str, *, seen: str | None = None) -> None:
    """Agree to exactly the text seen, decline, or say what should be changed; the member's own case. The same twice is once.

    Raises `StoryMovedOn`, `ChangedMeanwhile`, `NotFound`.
    """
    case, draft = _own(actor, case_id)
    if draft.state == answer and seen in (None, f"{StoryState.ASKED}-{draft.text_hash.hex()}"):
        return
    require_seen(seen, draft.mark)
    if draft.state != StoryState.ASKED or answer not in ANSWERS:
        raise StoryMovedOn
    draft.state = answer
    draft.wish_cipher = _seal(draft, "wish_cipher", wish) if wish else None
    if answer is StoryState.AGREED:
        draft.consented_hash, draft.consented_at = draft.text_hash, now()
    db.session.flush()
    add_event(actor, case, ANSWER, is_shown=True)
    record(case, ANSWER, answer=answer)


def take_back(actor: Actor, case_id: UUID) -> None:
    """Take the consent back, at any time: the story is public no more, and nobody asks again. Twice is once. Raises `NotFound`."""
    case, draft = _own(actor, case_id)
    if draft.state in SAID_NO:
        return
    _unpublish(draft)
    draft.state, draft.consented_hash, draft.consented_at = StoryState.TAKEN_BACK, None, None
    db.session.flush()
    add_event(actor, case, TAKE_BACK, is_shown=True)
    record(case, TAKE_BACK)


def take_down(case_id: UUID) -> None:
    """Take what is public of a case's story down, and the draft with it: nothing of the case stays. No process shows it any longer."""
    draft = _lock_draft(case_id)
    if draft is not None:
        _unpublish(draft)
        db.session.delete(draft)
        db.session.flush()


def _unpublish(draft: StoryDraft) -> None:
    if draft.page_id is not None:
        db.session.execute(delete(StoryPage).where(StoryPage.id == draft.page_id))
        draft.page_id = None
        touch_content()


def _held(actor: Actor, case_id: UUID) -> tuple[Case, StoryDraft]:
    case = lock_case(readable(actor, case_id).id)
    draft = _lock_draft(case.id)
    if draft is None:
        raise NotFound
    return case, draft


def _own(actor: Actor, case_id: UUID) -> tuple[Case, StoryDraft]:
    """The member's own case and its story, once they were asked."""
    case = find_own_case(actor, case_id)
    draft = _lock_draft(case.id)
    if draft is None:
        raise NotFound
    return case, draft


def _lock_draft(case_id: UUID) -> StoryDraft | None:
    """The story of a case as committed now, held: staff and the member may be at it at the same moment."""
    held = select(StoryDraft).where(StoryDraft.case_id == case_id).with_for_update()
    return db.session.execute(held.execution_options(populate_existing=True)).scalar_one_or_none()


def _seal(draft: StoryDraft, column: str, text: str) -> bytes:
    return seal_text(StoryDraft.__tablename__, column, draft.id, text)
