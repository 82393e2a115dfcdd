"""The employer's union must not know: where its unions begin, and which zone may take such a case."""

from sqlalchemy import func, select

from app.casework.errors import EmployersZone, UnknownUnion
from app.casework.kinds import CaseKind
from app.core.platform import platform
from app.members.models import Member
from app.unions.models import Union
from tenants.context import Actor, ZoneFacts, current_zone
from tenants.database import db
from tenants.models import Zone
from tenants.paths import ancestors, is_within
from tenants.revisions import published_document

EMPLOYER_UNION = "employer_union"
"""The field of a form in which the union at the employer may be named, where it is another than the applicant's own."""
EMPLOYERS = ("enterprise", "institution")
"""The kinds of unions whose members work for one employer."""


def employer_path(union_path: str) -> str | None:
    """The highest union of an employer at or above a member's own: all below it is the employer's; None for none."""
    statement = select(Union.path).where(Union.path.in_(ancestors(union_path)), Union.kind.in_(EMPLOYERS))
    return min(db.session.scalars(statement), key=len, default=None)


def path_to_keep_from(actor: Actor, kind: CaseKind, named: str = "") -> str | None:
    """The union that a case of this kind of the actor's is kept from: the one they `named`, else that of their employer.

    Raises `EmployersZone` in a zone of either, `UnknownUnion` for a name that no employer's union has: it could not be kept
    from a union that nobody finds.
    """
    if not kind.is_employer_blind:
        return None
    own = db.session.scalar(select(Member.union_path).where(Member.id == actor.member_id))
    paths = [employer_path(own) if own else None, _path_of(named) if named else None]
    if any(path is not None and is_within(current_zone().union_path, path) for path in paths):
        raise EmployersZone
    return paths[1] or paths[0]


def _path_of(name: str) -> str:
    path = db.session.scalar(select(Union.path).where(Union.name == name, Union.kind.in_(EMPLOYERS)).limit(1))
    if path is None:
        raise UnknownUnion(field=EMPLOYER_UNION)
    return employer_path(path) or path


def find_zone_above(module: str) -> ZoneFacts | None:
    """The nearest zone above the running one that no employer has and that uses the module: where such a case is taken."""
    above = ancestors(current_zone().union_path)[1:]
    statement = (
        select(Zone.id)
        .join(Union, Union.id == Zone.union_id)
        .where(Zone.union_path.in_(above), Union.kind.not_in(EMPLOYERS))
        .order_by(func.length(Zone.union_path).desc())
    )
    zones = (platform().registry.by_id(zone_id) for zone_id in db.session.scalars(statement).all())
    return next(
        (zone for zone in zones if zone and zone.state.is_writable and published_document(zone).uses(module)), None
    )
