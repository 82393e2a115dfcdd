"""What kinds of help for who can't get by add to what every case has: the calculation of a household's means."""

from collections.abc import Mapping
from typing import Any

from app.casework.forms.reading import Answers
from app.casework.models import Case, CaseEvent
from app.casework.own_features import OwnFeatures, Preview
from app.modules.help.means import calculations, panel
from tenants.context import Actor


class Means(OwnFeatures):
    desk_panels = (panel.DESK,)
    member_panels = (panel.MEMBER,)
    file_parts = (panel.FILE,)
    event_titles = panel.EVENT_TITLES

    def preview(
        self,
        actor: Actor,  # noqa: ARG002 - whoever asks, the figures decide
        typed: Mapping[str, Any],  # noqa: ARG002 - a household counts once all of it is right
        answers: Answers | None = None,
    ) -> Preview | None:
        return panel.preview(answers) if answers is not None else None

    def follow(self, case: Case, event: CaseEvent) -> None:
        calculations.keep_typed(case, event)

    def usual_cents(self, case: Case) -> tuple[int, int] | None:
        """What is usual for such means; None where the rules say nothing of it."""
        return calculations.usual_cents(case)
