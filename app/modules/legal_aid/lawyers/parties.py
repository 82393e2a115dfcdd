"""Who the other side of a case is, and how it is found again without being kept in clear."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.casework.employers import EMPLOYER, EMPLOYER_UNION
from app.casework.forms.answers import from_json
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.sealing import ANSWERS, unseal
from app.core.platform import platform
from app.unions.models import Union
from app.unions.names import core
from tenants.context import current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Opponent:
    """The other side: the names by which it is called, and its blind indexes."""

    names: tuple[str, ...]
    name_indexes: frozenset[bytes]
    uscc_indexes: frozenset[bytes]


def opponent_of(case: Case) -> Opponent:
    """The employer a case is about and its union, as told and as the tree of unions knows them."""
    answers = from_json(find_kind(case.kind).forms[case.form_version], unseal(case, ANSWERS))
    unions = db.session.execute(select(Union.name, Union.uscc).where(Union.path.in_(case.blind_paths))).all()
    told = (answers.get(EMPLOYER), answers.get(EMPLOYER_UNION), *(union.name for union in unions))
    names = tuple(dict.fromkeys(name for name in told if name))
    codes = [union.uscc for union in unions if union.uscc]
    return Opponent(names, frozenset(map(name_index, names)), frozenset(map(uscc_index, codes)))


def name_index(name: str) -> bytes:
    """The blind index of an organisation's name in the running zone; an employer and its union have the same."""
    return _index("name", core(name))


def uscc_index(code: str) -> bytes:
    """The blind index of a normalised credit code in the running zone."""
    return _index("uscc", code)


def _index(kind: str, value: str) -> bytes:
    zone: UUID = current_zone().id
    return platform().blind_index.of("legal aid opponent", f"{zone}|{kind}|{value}")
