"""Which module the running request is about: the shared pages are served by the blueprints of every module with cases."""

from typing import Any

from flask import current_app, request

from app.casework import queries
from app.core.errors import NotFound


def module_here() -> str:
    """The module whose page is asked for."""
    blueprint: Any = current_app.blueprints[str(request.blueprint)]
    return blueprint.module


def require_case_of_module() -> None:
    """A case of one module is on none of another's pages; raises `NotFound`."""
    case_id = (request.view_args or {}).get("case_id")
    if case_id is not None and queries.find_case(case_id).module != module_here():
        raise NotFound
