"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.game.settings import GameSettings

HERE = "app.modules.events.kinds.game"
KIND = CampaignKind(
    key="game",
    title=_("Game"),
    summary=_("A wheel, things to catch or pairs to find: played in a minute on a phone, with prizes."),
    icon="star",
    settings=GameSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    personal_data=(
        PersonalData(
            "events_game_plays",
            export=("campaign_id", "game", "started_at", "ended_at", "points", "milliseconds", "refusal"),
        ),
    ),
)
