"""What the union promises, and the time limits of the law.

Limits are counted with caution: nothing is assumed to have interrupted them; the handler notes what did (劳动争议调解仲裁法
第二十七条第二款). Going to court and appealing have fixed periods, which nothing interrupts.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.clocks import Clock, Unit
from app.casework.kinds import ANSWER

Answers = Mapping[str, Any]


def arbitration_begins(answers: Answers) -> date | None:
    """The day the applicant knew of it; for nothing but wages, the end of the employment (第二十七条第四款)."""
    return answers.get("left_on") if answers["claims"] == ["wages"] else answers["dispute_on"]


def court_begins(answers: Answers) -> date | None:
    """The day on which the award was received: now, or before the union was asked."""
    return answers.get("served_on") or (answers["received_on"] if answers["stage"] == "award" else None)


def appeal_begins(answers: Answers) -> date | None:
    """The day on which the judgment was received: now, or before the union was asked."""
    return answers.get("served_on") or (answers["received_on"] if answers["stage"] == "judgment" else None)


IN_A_DAY = Clock(ANSWER, _("Answer"), 24, Unit.HOURS, remind_before=4, escalate_after=4)
DECISION = Clock(ANSWER, _("Answer"), 5, Unit.WORKING_DAYS, remind_before=1, escalate_after=1)
NEWS = Clock("news", _("Next news"), 20, Unit.WORKING_DAYS, remind_before=3, escalate_after=3)
# 第十四条: without an agreement within fifteen days, either side may go to arbitration.
MEDIATION = Clock("mediation", _("End of the mediation"), 15, Unit.DAYS, remind_before=3, is_limit=True)
# 第二十七条: one year.
ARBITRATION = Clock("arbitration", _("Last day to apply for arbitration"), 1, Unit.YEARS, remind_before=30, is_limit=True,
                    may_be_interrupted=True, begins=arbitration_begins)  # fmt: skip
# 第五十条: fifteen days from the award.
COURT = Clock("court", _("Last day to go to court"), 15, Unit.DAYS, remind_before=5, is_limit=True, begins=court_begins)
# 民事诉讼法 第一百七十一条: fifteen days from the judgment.
APPEAL = Clock("appeal", _("Last day to appeal"), 15, Unit.DAYS, remind_before=5, is_limit=True, begins=appeal_begins)
