"""What the manifest of a module with cases names as providers: its numbers on the zone's desk, its way in on the home page."""

from typing import Any

from app.casework import deadlines, figures
from app.casework.kinds import casework_of
from app.casework.payments.desk_list import count_ready
from app.casework.rating import ratings
from app.casework.settings import current_settings
from app.casework.stories.queries import list_pages
from app.core.modules import Item
from app.core.places import path_to
from tenants.context import current_actor


class CaseProviders:
    """Those of one module, as its `providers.CASES`."""

    def __init__(self, module: str) -> None:
        self.module = module

    def untaken(self) -> int:
        return figures.count_untaken(self.module)

    def unfinished(self) -> int:
        return figures.count_unfinished(self.module)

    def in_hand(self) -> int:
        return figures.count_in_hand(self.module)

    def urgent(self) -> int:
        return figures.count_urgent(self.module)

    def late(self) -> int:
        return deadlines.count_late(self.module)

    def due_soon(self) -> int:
        return deadlines.count_due_soon(self.module)

    def decided_this_month(self) -> int:
        return figures.count_decided_this_month(self.module)

    def over_this_month(self) -> int:
        return figures.count_over_this_month(self.module)

    def waiting_for_actor(self) -> int:
        """The number on the module's line of the menu."""
        return deadlines.count_waiting_for(current_actor(), self.module)

    def payments_ready(self) -> int:
        return count_ready(self.module)

    def rating(self) -> str:
        return ratings.average(self.module)

    def stories(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The latest published stories."""
        kinds = {kind.key: kind for kind in casework_of(self.module).kinds}
        return {
            "href": path_to(f"{self.module}.stories"),
            "items": [
                Item(page.title, path_to(f"{self.module}.story", story_id=str(page.id)), category=str(kinds[page.kind].title),
                     at=f"{page.month:%Y-%m}")
                for page in list_pages(self.module, settings["limit"])
            ],
        }  # fmt: skip

    def entry(self, _settings: dict[str, Any]) -> dict[str, Any]:
        """The way in, with the kinds that are open. Public and cached: nothing here depends on who looks."""
        casework = casework_of(self.module)
        return {
            "text": str(casework.invitation),
            "href": path_to(f"{self.module}.home"),
            "icon": casework.icon,
            "items": [
                Item(str(kind.title), path_to(f"{self.module}.apply", kind_name=kind.name))
                for kind in current_settings(self.module).open_kinds
            ],
        }
