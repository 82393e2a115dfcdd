"""The blueprint of the staff pages, with those of each kind below it."""

from app.core.places import console_pages
from app.modules.events.kinds import list_parts
from app.modules.events.prizes import desk_pages as prizes

blueprint = console_pages("events", __name__)
blueprint.register_blueprint(prizes.blueprint)
for part in list_parts("desk_pages"):
    blueprint.register_blueprint(part.blueprint)
