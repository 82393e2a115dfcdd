"""The studio's pages: modules, look, home page, publishing. Every change goes to the draft; publishing is one step."""

from typing import Any

from app.console.studio.blocks import add_block, block, blocks, move_block, remove_block
from app.console.studio.look import look
from app.console.studio.modules import module, modules
from app.console.studio.publishing import discard, publish, revision, roll_back
from app.core.places import PlacedBlueprint


def add_studio_routes(blueprint: PlacedBlueprint) -> None:
    """Hang the studio's routes on the console."""
    routes: tuple[tuple[str, tuple[str, ...], Any], ...] = (
        ("/modules", ("GET",), modules),
        ("/modules/<slug>", ("GET", "POST"), module),
        ("/look", ("GET", "POST"), look),
        ("/blocks", ("GET",), blocks),
        ("/blocks", ("POST",), add_block),
        ("/blocks/<block_id>", ("GET", "POST"), block),
        ("/blocks/<block_id>/move", ("POST",), move_block),
        ("/blocks/<block_id>/remove", ("POST",), remove_block),
        ("/publish", ("GET", "POST"), publish),
        ("/draft/discard", ("POST",), discard),
        ("/revisions/<uuid:revision_id>", ("GET",), revision),
        ("/revisions/<uuid:revision_id>/roll-back", ("POST",), roll_back),
    )
    for rule, methods, view in routes:
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods))
