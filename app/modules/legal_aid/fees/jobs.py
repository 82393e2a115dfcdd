"""What ends by the clock of lawyers' fees."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import periodic
from app.modules.legal_aid.fees import forgetting


@periodic("legal_aid.forget_numbers", title=_("Take out the numbers of lawyers who left"), every=timedelta(days=1))
def forget_numbers() -> None:
    forgetting.forget_numbers()
