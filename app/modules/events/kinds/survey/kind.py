"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.survey.settings import SurveySettings

HERE = "app.modules.events.kinds.survey"
KIND = CampaignKind(
    key="survey",
    title=_("Survey"),
    summary=_("Questions that branch, answered by name or anonymously; results that tell nothing of a few."),
    icon="checklist",
    settings=SurveySettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    personal_data=(PersonalData("events_survey_sheets", export=("campaign_id", "sent_at", "answers")),),
)
