"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.lottery.settings import LotterySettings

HERE = "app.modules.events.kinds.lottery"
KIND = CampaignKind(
    key="lottery",
    title=_("Lottery"),
    summary=_("Prizes in their order, drawn in the open among all who register."),
    icon="ticket",
    settings=LotterySettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    personal_data=(PersonalData("events_lottery_days", export=("campaign_id", "registered_on")),),
)
