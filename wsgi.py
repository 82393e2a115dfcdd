"""The application for a WSGI server (`granian --interface wsgi wsgi:app`) and for commands (`flask --app wsgi …`)."""

import sys

from app.core.config import StartupError, load_settings
from app.core.heap import settle_heap
from app.core.running import with_running_servers
from app.factory import create_app

try:
    app = create_app(with_running_servers(load_settings()))
except StartupError as error:
    sys.exit(str(error))
settle_heap()
