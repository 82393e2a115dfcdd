"""The application as granian serves it (`granian --interface rsgi wsgi:door`), for any WSGI server, and for commands (`flask --app wsgi …`)."""

import sys

from app.core.config import StartupError, load_settings
from app.core.heap import settle_heap
from app.core.running import with_running_servers
from app.factory import create_app
from app.site.door.door import Door

try:
    settings = with_running_servers(load_settings())
    app = create_app(settings)
except StartupError as error:
    sys.exit(str(error))
door = Door(app, settings.web_threads)
settle_heap()
