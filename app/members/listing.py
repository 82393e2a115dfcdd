"""The members list of the zone console: filters, search, download, and what is done to several members at once."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit
from app.core.access import requires
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.theming import render
from app.members import queries, words
from app.members.desk import blueprint
from app.members.exporting import write_members
from app.members.operations import end_memberships, transfer_memberships
from app.members.queries import MemberFilter
from app.members.retrying import retried
from app.members.schemas import EndForm, MoveForm
from app.unions.queries import list_ancestors, search_unions
from tenants.context import Plane, current_actor, current_scope, current_zone, scope
from tenants.database import db
from tenants.paths import is_within

CHOICES = ("end", "move")


@blueprint.get("")
@requires("members.view")
def members() -> ResponseReturnValue:
    filters = _filters(request.args)
    if filters.names_a_number:
        return redirect(url_for(".members"))
    return _list_page(filters, request.args.get("union_name", ""))


@blueprint.post("")
@requires("members.view")
def search() -> ResponseReturnValue:
    """Somebody's number stays out of addresses, histories and logs; every other filter gets an address."""
    filters, union_name = _filters(request.form), request.form.get("union_name", "")
    if not filters.names_a_number:
        return redirect(_address(filters, union_name=union_name or None))
    return _list_page(filters, union_name)


def _list_page(filters: MemberFilter, union_name: str) -> str:
    page = queries.list_members(filters, after=request.args.get("after", ""), before=request.args.get("before", ""))
    return render(
        "members/members.html", page_rows=page.rows, filters=filters, count=queries.count_members(filters),
        next_href=_address(filters, after=page.next) if page.next else "",
        previous_href=_address(filters, before=page.previous) if page.previous else "", words=words,
        unions=search_unions(union_name, current_zone().union_path), union_name=union_name,
        within=_within(filters.union_path), address=lambda **more: _address(filters, **more),
        open_corrections=queries.count_open_corrections(), may_write=current_actor().may("members.import"),
    )  # fmt: skip


def _filters(asked: Mapping[str, str]) -> MemberFilter:
    return MemberFilter(
        q=asked.get("q", "").strip()[:60], union_path=asked.get("union", ""), gender=asked.get("gender", ""),
        verified=asked.get("verified", ""), joined_from=_day(asked.get("joined_from", "")),
        joined_until=_day(asked.get("joined_until", "")),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _address(filters: MemberFilter, **more: Any) -> str:
    """The address of the list with these filters, and without a number that was searched for."""
    asked: dict[str, Any] = {
        "q": "" if filters.names_a_number else filters.q, "union": filters.union_path, "gender": filters.gender,
        "verified": filters.verified, "joined_from": filters.joined_from, "joined_until": filters.joined_until,
    }  # fmt: skip
    return url_for(".members", **{name: value or None for name, value in (asked | more).items()})


def _within(path: str) -> str:
    """The name of the union the list is narrowed to."""
    if not is_within(path, current_zone().union_path) or path == current_zone().union_path:
        return ""
    return next((union.name for union in list_ancestors(path) if union.path == path), "")


@blueprint.post("/export")
@requires("members.view")
def export() -> ResponseReturnValue:
    """The whole list that the filters leave, or the members chosen in it."""
    chosen = _chosen()
    return _workbook(MemberFilter(ids=chosen) if chosen else _filters(request.form))


def _workbook(filters: MemberFilter) -> ResponseReturnValue:
    target, number = in_file(lambda target: write_members(target, filters))
    audit.record("members.export_list", object_type="members", members=number, union_path=filters.union_path,
                 searched=bool(filters.q), chosen=bool(filters.ids))  # fmt: skip
    return workbook(target, _("Members"), "members")


def _chosen() -> tuple[UUID, ...]:
    """The members whose boxes were ticked; raises `NotFound` for what no box of ours says."""
    try:
        return tuple(UUID(text) for text in request.form.getlist("id")[: queries.PAGE])
    except ValueError:
        raise NotFound from None


@blueprint.post("/chosen")
@requires("members.import")
def chosen() -> ResponseReturnValue:
    """Ask for what is still needed before something is done to the chosen members."""
    if not _chosen():
        flash(_("Choose members first."), "warning")
        return redirect(url_for(".members"))
    if request.form.get("action") not in CHOICES:
        raise NotFound
    return _chosen_page(request.form["action"], Form(EndForm))


def _chosen_page(action: str, form: Form) -> str:
    union_name = request.form.get("union_name", "")
    page = queries.list_members(MemberFilter(ids=_chosen()))
    return render("members/chosen.html", rows=page.rows, action=action, form=form, union_name=union_name,
                  unions=search_unions(union_name, current_zone().union_path))  # fmt: skip


@blueprint.post("/chosen/end")
@requires("members.import")
def end_chosen() -> ResponseReturnValue:
    form = Form(EndForm)
    if not form.submit():
        return _chosen_page("end", form), 422
    ended = end_memberships(current_actor(), _chosen(), form.data["reason"])
    flash(_("%(number)s memberships have ended.", number=ended), "success")
    return redirect(url_for(".members"))


@blueprint.post("/chosen/move")
@requires("members.import")
def move_chosen() -> ResponseReturnValue:
    form = Form(MoveForm)
    if form.submit():
        # Only those staff may see are moved: the worker plane, on which memberships are made, sees everybody.
        visible = [row.id for row in queries.list_members(MemberFilter(ids=_chosen())).rows] if _chosen() else []
        try:
            moved = as_worker(lambda: transfer_memberships(current_actor(), visible, form.data["union_id"]))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(number)s members now belong to another union.", number=moved), "success")
            return redirect(url_for(".members"))
    return _chosen_page("move", form), 422


def as_worker(work: Callable[[], Any]) -> Any:
    """Do what staff themselves can't in a transaction of the worker plane, for the same zone and in their name."""
    here = current_scope()
    db.session.commit()

    def once() -> Any:
        done = work()
        db.session.commit()
        return done

    with scope(Plane.WORKER, zone=here.zone, actor=here.actor):
        return retried(once)
