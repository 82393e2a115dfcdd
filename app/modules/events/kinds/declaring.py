"""What a kind of campaign says of itself."""

from dataclasses import dataclass
from enum import StrEnum

from marshmallow import Schema

from app.core.modules import Entry, NotificationKind, Permission, PersonalData, Text


class Settled(StrEnum):
    """How far a closed campaign is settled: all of it, a part so that more can be done at once, or it waits for somebody."""

    WHOLE = "whole"
    PART = "part"
    WAITS = "waits"


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: notifications hold dicts, which have no hash
class CampaignKind:
    """A kind of campaign, declared in `kinds/<key>/kind.py`.

    `settings` are what staff say of a campaign of this kind beside what every one has, kept in the campaign's `settings`.
    Providers are named "package.module:function":

    * `choices()` gives what the form `events/<key>/settings.html` offers, `facts(campaign)` terms and what they are for the staff's
      page, `panel(campaign)` what `events/<key>/panel.html` shows on the campaign's page;
    * `desk(campaign)`, if there is one, gives what `events/<key>/desk.html` shows on the staff's page: the way to pages of its own;
    * `ready(campaign)` raises `NotReady` where something is missing before it is reviewed and again before it is announced;
    * `announced(campaign)` is called when it is announced;
    * `judged(account_id, only_on)`, if its campaigns have judges, gives what somebody judges, or of it what can be judged now
      (`judging.duties.Duty`);
    * `to_decide()`, if people of its desk ask for what others decide, gives the way to what waits in all of its campaigns
      (`second_person.ToDecide`);
    * `settle(campaign)` decides what there is to decide once it is closed, on the worker plane, a part in each transaction (`Settled`).

    `permissions` and lines of the staff's `menu` are for who has a part in campaigns of this kind alone.

    Found in the folder where they are there, as a module's are: `models`, `jobs`, `listeners`, `audit_words`; `member_pages` and
    `desk_pages`, each with a `blueprint` below the campaigns' own; `tests/examples`.
    """

    key: str
    title: Text
    summary: Text
    icon: str
    settings: type[Schema]
    choices: str
    facts: str
    panel: str
    ready: str
    announced: str
    settle: str
    desk: str = ""
    judged: str = ""
    to_decide: str = ""
    permissions: tuple[Permission, ...] = ()
    menu: tuple[Entry, ...] = ()
    notifications: tuple[NotificationKind, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
