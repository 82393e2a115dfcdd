"""What help adds to its own cases: the calculation of a household's means, what is usually granted, whose invoices are used."""

from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.own_features import OwnFeatures
from app.modules.help.means import calculations, panel
from app.modules.help.mutual_aid.claims import keep_or_free_invoices


def usual_cents(case: Case) -> tuple[int, int] | None:
    """From and to how much is usually granted: exactly what the rules of a kind come to, else what is usual for such means."""
    rules = find_kind(case.kind).rules
    if rules is None:
        return calculations.usual_cents(case)
    calculated = rules.calculation(case).cents
    return calculated, calculated


FEATURES = OwnFeatures(
    desk_panels=(panel.DESK,),
    member_panels=(panel.MEMBER,),
    event_titles=panel.EVENT_TITLES,
    consequences=(calculations.keep_typed, keep_or_free_invoices),
    preview=panel.preview,
    preview_template="help/means_lines.html",
    usual_cents=usual_cents,
)
