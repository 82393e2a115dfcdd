"""Help is not switched off while somebody waits for an answer: nobody could see their case any more."""

from dataclasses import replace

import pytest

from app.console import drafts
from app.console.errors import DraftRefused
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.revisions import ModuleChoice
from tests.fixtures.forms import token_of as token


def publish_without_help(desk) -> None:
    with scope(Plane.STAFF, zone=desk.zone, actor=Actor(desk.person.account_id, None, "总管")):
        document = drafts.draft_document()
        modules = {**document.modules, "help": ModuleChoice(False)}
        blocks = tuple(block for block in document.blocks if not block.type.startswith("help."))
        drafts.save_draft(replace(document, modules=modules, blocks=blocks), seen=drafts.draft_mark())
        drafts.publish_draft()
        db.session.commit()


def test_it_is_switched_off_once_nobody_waits(desk):
    case_id = desk.submitted()
    with pytest.raises(DraftRefused) as refused:
        publish_without_help(desk)
    assert refused.value.field == "help"
    assert desk.member.get(f"/help/{case_id}").status_code == 200
    csrf = token(desk.member, f"/help/{case_id}")
    assert desk.member.post(f"/help/{case_id}/withdraw", data={"csrf_token": csrf}).status_code == 302
    publish_without_help(desk)
