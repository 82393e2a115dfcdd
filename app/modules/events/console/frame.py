"""The blueprint of the staff pages, with those of each kind below it."""

import importlib

from app.core.places import console_pages
from app.modules.events.kinds import KINDS

blueprint = console_pages("events", __name__)
for kind in KINDS.values():
    if kind.desk_pages:
        blueprint.register_blueprint(importlib.import_module(kind.desk_pages).blueprint)
