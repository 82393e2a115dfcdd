"""What features add to the pages of cases: a new one is a folder beside this file, its lines here and in `feature_routes`."""

from app.casework import recounting
from app.casework.access import panels as access
from app.casework.access.words import EVENT_TITLES as ACCESS_TITLES
from app.casework.appeals import panel as appeal
from app.casework.assignment import panel as assignment
from app.casework.assignment import second_person
from app.casework.calculations import panel as calculations
from app.casework.contacts import panel as contacts
from app.casework.conversation import panels as conversation
from app.casework.duplicates import panel as duplicates
from app.casework.file_export import panels as file_export
from app.casework.file_export.parts import FilePart
from app.casework.handover import panels as handover
from app.casework.handover.words import EVENT_TITLES as HANDOVER_TITLES
from app.casework.issuing import panel as letters
from app.casework.limits import panels as limits
from app.casework.links import panels as links
from app.casework.own_steps import panel as own_steps
from app.casework.panels import Panel
from app.casework.pauses import panels as pauses
from app.casework.payments import panels as payments
from app.casework.public_notice import panels as public_notice
from app.casework.rating import panels as rating
from app.casework.recusals import panels as recusals
from app.casework.retention import panels as retention
from app.casework.stories import panels as stories
from app.core.modules import Text

DESK_PANELS: tuple[Panel, ...] = (
    second_person.NOBODY,
    calculations.DESK,
    duplicates.PANEL,
    handover.DESK,
    links.DESK,
    limits.DESK_PANEL,
    conversation.DESK,
    contacts.TASKS_PANEL,
    contacts.CONTACTS_PANEL,
    pauses.DESK,
    public_notice.DESK,
    rating.DESK,
    assignment.PANEL,
    access.TAKING_PART,
    file_export.DESK,
    payments.DESK,
    letters.DESK,
    stories.DESK,
    retention.DESK,
)
MEMBER_PANELS: tuple[Panel, ...] = (
    payments.MEMBER,
    handover.MEMBER,
    links.MEMBER,
    letters.MEMBER,
    public_notice.MEMBER,
    own_steps.PANEL,
    calculations.MEMBER,
    pauses.MEMBER,
    appeal.PANEL,
    limits.MEMBER_PANEL,
    rating.MEMBER,
    stories.MEMBER,
    conversation.MEMBER,
    access.LOOKS,
    recusals.MEMBER,
    file_export.MEMBER,
    retention.MEMBER,
)
FILE_PARTS: tuple[FilePart, ...] = (calculations.FILE, payments.FILE, limits.FILE, contacts.FILE, rating.FILE)
EVENT_TITLES: dict[str, Text] = {
    **ACCESS_TITLES,
    **assignment.EVENT_TITLES,
    **contacts.EVENT_TITLES,
    **pauses.EVENT_TITLES,
    **payments.EVENT_TITLES,
    **limits.EVENT_TITLES,
    **links.EVENT_TITLES,
    **HANDOVER_TITLES,
    **recounting.EVENT_TITLES,
    **retention.EVENT_TITLES,
    **recusals.EVENT_TITLES,
    **public_notice.EVENT_TITLES,
    **stories.EVENT_TITLES,
}
"""What lines of the history are called that are no step of a kind."""
