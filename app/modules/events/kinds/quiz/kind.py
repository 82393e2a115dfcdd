"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.quiz.settings import QuizSettings

HERE = "app.modules.events.kinds.quiz"
KIND = CampaignKind(
    key="quiz",
    title=_("Quiz"),
    summary=_("Questions drawn from the bank, answered against the clock; the best score counts."),
    icon="question",
    settings=QuizSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    personal_data=(
        PersonalData(
            "events_quiz_attempts",
            export=("campaign_id", "number", "started_at", "handed_in_at", "points", "milliseconds", "answers"),
        ),
        PersonalData(
            "events_quiz_team_members", export=("campaign_id", "team_id", "name", "is_captain", "joined_at", "left_at")
        ),
    ),
)
