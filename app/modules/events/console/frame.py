"""The blueprint of the staff pages, with those of each kind below it."""

from app.core.places import console_pages
from app.modules.events.kinds import list_parts

blueprint = console_pages("events", __name__)
for part in list_parts("desk_pages"):
    blueprint.register_blueprint(part.blueprint)
