"""The employer's union must not know: where its unions begin, and which zone may take such a case."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.casework.employer_names import EMPLOYERS, find_employers_unions
from app.casework.errors import EmployersZone, SeveralUnions, UnknownUnion
from app.casework.kinds import CaseKind
from app.core.platform import platform
from app.members.models import Member
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db, end_reading
from tenants.models import Zone
from tenants.paths import ancestors, is_within
from tenants.revisions import published_document

EMPLOYER = "employer"
"""The field of a form in which the employer is named."""
EMPLOYER_UNION = "employer_union"
"""The field of a form in which the union at the employer may be named, where it is another than the applicant's own."""


def employer_path(union_path: str) -> str | None:
    """The highest union of an employer at or above a member's own: all below it is the employer's; None for none."""
    statement = select(Union.path).where(Union.path.in_(ancestors(union_path)), Union.kind.in_(EMPLOYERS))
    return min(db.session.scalars(statement), key=len, default=None)


def path_above_employer(union_path: str) -> str:
    """A union's own path, of one at an employer that of the nearest union above which no employer has."""
    highest = employer_path(union_path)
    return ancestors(highest)[1] if highest else union_path


def paths_to_keep_from(actor: Actor, kind: CaseKind, answers: Mapping[str, Any]) -> list[str]:
    """The unions that a case of this kind of the actor's is kept from: that of their employer, and those its form names.

    Raises `EmployersZone` in a zone of one of them; `UnknownUnion` for the name of a union that no employer has, from which
    it could not be kept, and `SeveralUnions` where several may be meant, both at the field of the union.
    """
    if not kind.is_employer_blind:
        return []
    own = db.session.scalar(select(Member.union_path).where(Member.id == actor.member_id))
    highest = {employer_path(path) for path in (own, *_named(answers)) if path}
    paths = sorted(path for path in highest if path is not None)
    if any(is_within(current_zone().union_path, path) for path in paths):
        raise EmployersZone
    return paths


def _named(answers: Mapping[str, Any]) -> list[str]:
    """The unions of the employer and the union named. Which one of several employers is meant, its union says."""
    union, employer = answers.get(EMPLOYER_UNION), answers.get(EMPLOYER)
    unions = find_employers_unions(union) if union else {}
    employers = find_employers_unions(employer) if employer else {}
    if union and not unions:
        raise UnknownUnion(field=EMPLOYER_UNION)
    if len(unions) > 1 or (len(employers) > 1 and not union):
        raise SeveralUnions([*unions] or [*employers], field=EMPLOYER_UNION)
    found = [unions] if len(employers) > 1 else [unions, employers]
    return [path for paths_by_name in found for paths in paths_by_name.values() for path in paths]


def would_be_kept_from(actor: Actor, kind: CaseKind, typed: Mapping[str, Any]) -> list[str]:
    """The unions that a form as typed so far would be kept from; what can't be handed in so counts not yet."""
    try:
        return paths_to_keep_from(actor, kind, typed)
    except (UnknownUnion, SeveralUnions, EmployersZone):
        return paths_to_keep_from(actor, kind, {})


def unions_at(paths: list[str]) -> list[str]:
    """The names of the unions at these paths."""
    return list(db.session.scalars(select(Union.name).where(Union.path.in_(paths)).order_by(Union.path)))


def find_zone_above(module: str) -> ZoneFacts | None:
    """The nearest zone above the running one that no employer has and that uses the module: where such a case is taken.

    Ends the running transaction.
    """
    above = ancestors(current_zone().union_path)[1:]
    statement = (
        select(Zone.id)
        .join(Union, Union.id == Zone.union_id)
        .where(Zone.union_path.in_(above), Union.kind.not_in(EMPLOYERS))
        .order_by(func.length(Zone.union_path).desc())
    )
    zones = [platform().registry.by_id(zone_id) for zone_id in db.session.scalars(statement).all()]
    end_reading()
    return next((zone for zone in zones if zone and zone.state.is_writable and _uses(zone, module)), None)


def _uses(zone: ZoneFacts, module: str) -> bool:
    """Whether another zone uses a module: what it has published is read there alone."""
    with scope(Plane.MEMBER, zone=zone):
        found = published_document(zone).uses(module)
        end_reading()
    return found
