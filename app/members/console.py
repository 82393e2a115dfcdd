"""Staff pages about one member, and requests for correction; the list is in `listing`, imports are in `roster.pages`."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.theming import render
from app.members import listing, queries, words
from app.members.audience import pages as audience_pages  # noqa: F401 - brings its routes
from app.members.audience.tags import tags_of
from app.members.corrections import answer_correction, wanted_value
from app.members.desk import blueprint
from app.members.looks import REVEALS, list_reveals
from app.members.operations import end_membership, reveal_field, transfer_membership
from app.members.roster import pages  # noqa: F401 - brings its routes
from app.members.rows import MemberRow
from app.members.schemas import REVEALABLE, AnswerForm, EndForm, RevealForm, TransferForm
from app.unions.queries import search_unions
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7


@blueprint.get("/<uuid:member_id>")
@requires("members.view")
def member(member_id: UUID) -> ResponseReturnValue:
    return _member_page(member_id, Form(RevealForm))


def _member_page(member_id: UUID, form: Form, revealed: dict[str, str] | None = None) -> str:
    found = _find(member_id)
    return render(
        "members/member.html", member=found, memberships=queries.list_memberships(member_id),
        reveals=list_reveals(member_id, actions=REVEALS), revealable=[(name, words.FIELDS[name]) for name in REVEALABLE if getattr(found, name)], words=words, form=form, revealed=revealed or {}, tags=tags_of(member_id),
        may_reveal=current_actor().may("members.reveal"), may_write=current_actor().may("members.import"),
    )  # fmt: skip


def _find(member_id: UUID) -> MemberRow:
    found = queries.find_member(member_id)
    if found is None:
        raise NotFound
    return found


@blueprint.post("/<uuid:member_id>/reveal")
@requires("members.reveal")
def reveal(member_id: UUID) -> ResponseReturnValue:
    """Shows the field in the answer itself: what was revealed has no address of its own."""
    form = Form(RevealForm)
    if not form.submit():
        return _member_page(member_id, form), 422
    field = form.data["field"]
    plain = reveal_field(current_actor(), member_id, field, form.data["reason"])
    return _member_page(member_id, Form(RevealForm), {field: plain.removeprefix("+86")})


@blueprint.get("/<uuid:member_id>/membership")
@requires("members.import")
def membership(member_id: UUID) -> ResponseReturnValue:
    return _membership_page(member_id, Form(EndForm), Form(TransferForm, {"id": str(uuid7())}))


def _membership_page(member_id: UUID, ending: Form, moving: Form) -> str:
    unions = search_unions(request.args.get("q", ""), current_zone().union_path)
    return render("members/membership.html", member=_find(member_id), ending=ending, moving=moving, unions=unions,
                  q=request.args.get("q", ""), words=words)  # fmt: skip


@blueprint.post("/<uuid:member_id>/end")
@requires("members.import")
def end(member_id: UUID) -> ResponseReturnValue:
    form = Form(EndForm)
    if not form.submit():
        return _membership_page(member_id, form, Form(TransferForm, {"id": str(uuid7())})), 422
    found = _find(member_id)
    end_membership(current_actor(), member_id, form.data["reason"])
    flash(_("The membership of %(name)s has ended.", name=found.name), "success")
    return redirect(url_for(".members"))


@blueprint.post("/<uuid:member_id>/transfer")
@requires("members.import")
def transfer(member_id: UUID) -> ResponseReturnValue:
    form = Form(TransferForm)
    if form.submit():
        try:
            _transfer(member_id, form.data["union_id"], form.data["id"])
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(_("The member now belongs to another union."), "success")
            return redirect(url_for(".member", member_id=member_id))
    return _membership_page(member_id, Form(EndForm), form), 422


def _transfer(member_id: UUID, union_id: UUID, new_id: UUID) -> None:
    """Staff can't create memberships themselves: the move runs on the worker plane, for a member they may see."""
    _find(member_id)
    listing.as_worker(lambda: transfer_membership(current_actor(), member_id, union_id, new_id))


@blueprint.get("/corrections")
@requires("members.import")
def corrections() -> ResponseReturnValue:
    return _corrections_page(request.args.get("status", "open"), {})


def _corrections_page(status: str, forms: dict[UUID, Form]) -> str:
    rows = queries.list_corrections(status=status if status in words.CORRECTION_STATES else "open")
    return render(
        "members/corrections.html", rows=rows, wanted={row.id: wanted_value(row) for row in rows}, words=words,
        names=queries.names_of(row.member_id for row in rows), status=status, forms=forms, empty_form=Form(AnswerForm),
    )  # fmt: skip


@blueprint.post("/corrections/<uuid:correction_id>")
@requires("members.import")
def answer(correction_id: UUID) -> ResponseReturnValue:
    form = Form(AnswerForm)
    if form.submit() and not _declines_silently(form):
        try:
            answer_correction(current_actor(), correction_id, grant=form.data["decision"] == "grant",
                              answer=form.data["answer"])  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(_("The request is answered."), "success")
            return redirect(url_for(".corrections"))
    return _corrections_page("open", {correction_id: form}), 422


def _declines_silently(form: Form) -> bool:
    """A request is declined with a reason."""
    if form.data["decision"] == "decline" and not form.data["answer"]:
        form.errors["answer"] = [_("Please say why.")]
    return bool(form.errors)
