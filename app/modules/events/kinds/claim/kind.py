"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.modules.events.kinds.claim.settings import ClaimSettings
from app.modules.events.kinds.declaring import CampaignKind

HERE = "app.modules.events.kinds.claim"
KIND = CampaignKind(
    key="claim",
    title=_("Giveaway"),
    summary=_("Vouchers or tickets for those who claim one, first come or by a fair draw."),
    icon="gift",
    settings=ClaimSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
)
