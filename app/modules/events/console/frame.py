"""The blueprint of the staff pages, with those of each kind below it."""

from app.core.places import console_pages
from app.modules.events.console import entries
from app.modules.events.judging import desk_pages as judging
from app.modules.events.kinds import list_parts
from app.modules.events.prizes import desk_pages as prizes
from app.modules.events.prizes import redraw_pages as redraws
from app.modules.events.sharing import desk_pages as shared
from app.modules.events.weeks import desk_pages as weeks

blueprint = console_pages("events", __name__)
blueprint.register_blueprint(entries.blueprint)
blueprint.register_blueprint(judging.blueprint)
blueprint.register_blueprint(prizes.blueprint)
blueprint.register_blueprint(redraws.blueprint)
blueprint.register_blueprint(shared.blueprint)
blueprint.register_blueprint(weeks.blueprint)
for part in list_parts("desk_pages"):
    blueprint.register_blueprint(part.blueprint)
