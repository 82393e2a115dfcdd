"""What the audit trail calls what is done with quizzes."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, column
from app.modules.events.kinds.quiz.models import Question
from app.modules.events.rights import MANAGE

ACTIONS = {
    "events.quiz_write": _("Wrote a question"),
    "events.quiz_retire": _("Took a question out of use"),
    "events.quiz_import": _("Brought in a sheet of questions"),
    "events.quiz_begin": _("Papers of a quiz were begun"),
    "events.quiz_team_found": _("Founded a team"),
    "events.quiz_team_join": _("Joined a team"),
    "events.quiz_team_leave": _("Left a team"),
    "events.quiz_team_put_out": _("Took somebody out of a team"),
    "events.quiz_team_hand_over": _("Handed a team over to another captain"),
    "events.quiz_team_pass_on": _("Passed a team on whose captain had left the unions"),
    "events.quiz_team_dissolve": _("Dissolved a team whose people had left the unions"),
    "events.quiz_hand_in": _("Papers of a quiz were handed in"),
}
THINGS = {
    "events_quiz_question": Thing(_("Question"), column(Question.prompt), permission=MANAGE),
    "events_quiz_team": Thing(_("Team")),
    "events_quiz_bank": Thing(_("Question bank")),
}
