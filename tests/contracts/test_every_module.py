"""What the module contract promises, checked for every module there is."""

import pytest

from app.casework.kinds import all_kinds
from app.core.theming import themes
from tenants.database import Base
from tests.contracts import module_contract as contract
from tests.contracts.planting import connect_as_owner, tables

CENTRAL = {
    "help_standards", "news_shared_articles", "events_shared_campaigns", "events_shared_counts", "events_quiz_holdings",
    "events_quiz_shared_questions", "events_quiz_standings",
}  # fmt: skip
"""What is the city's: read by every zone, written by the city or its own zone only."""


@pytest.fixture(scope="module")
def found_tables(city, settings) -> dict[str, list[str]]:
    with connect_as_owner(settings.database_owner_url) as owner:
        return {name: [column.name for column in columns] for name, columns in tables(owner).items()}


def test_a_module_that_is_off_answers_nothing(world):
    assert [found for module in contract.modules(world) for found in contract.open_though_off(world, module)] == []


@pytest.mark.parametrize("theme", sorted(themes()))
def test_every_page_shows_what_there_is_in_every_theme_and_language(world, theme):
    assert [found for module in contract.modules(world) for found in contract.broken_pages(world, module, theme)] == []


def test_the_examples_cover_every_page_that_names_an_object(world):
    """A module's `tests/examples.py` makes one of everything its pages can show, pictures of other zones aside, and letters
    where no decision has any."""
    zone = world.zone()
    uncovered = set()
    for module in contract.modules(world):
        examples = contract.make_examples(world, module, zone, world.member(zone))
        steps = [step for step in contract.steps_of(world, module, examples) if step.method == "GET"]
        uncovered |= {step.rule.endpoint for step in steps if not contract.is_covered(step, examples)}
    with world.app.app_context():
        kinds = all_kinds()
    with_letters = {kind.module for kind in kinds if any(state.letter for state in kind.table.states)}
    letterless = {kind.module for kind in kinds} - with_letters
    no_letters = {f"{place}{module}.letter" for module in letterless for place in ("", "console_")}
    assert uncovered <= {"news.shared_picture", *no_letters}


def test_a_modules_tables_carry_its_name_and_its_zone(world, found_tables):
    """Tables that a module's migrations made are those that start with its slug: no others, and all with a zone."""
    slugs = {module.slug for module in contract.modules(world)}
    mapped = {mapper.class_.__tablename__: mapper.class_.__module__ for mapper in Base.registry.mappers}
    for name, package in mapped.items():
        if package.startswith("app.modules."):
            assert name.startswith(f"{package.split('.')[2]}_"), name
    for name, columns in found_tables.items():
        if name.startswith(tuple(f"{slug}_" for slug in slugs)) and name not in CENTRAL:
            assert "zone_id" in columns, name


def test_providers_that_manifests_name_exist(world):
    assert [found for module in contract.modules(world) for found in contract.missing_providers(module)] == []


def test_personal_tables_are_declared_by_their_modules(world, found_tables):
    modules = contract.modules(world)
    assert [found for module in modules for found in contract.uncopied_tables(module, found_tables)] == []


def test_the_models_say_what_the_migrations_made(city, settings):
    """Columns of a model and of its table are the same: names and whether they may be empty."""
    with connect_as_owner(settings.database_owner_url) as owner:
        found = tables(owner)
    for name, table in Base.metadata.tables.items():
        made = {column.name: column.nullable for column in found[name]}
        assert {column.name: bool(column.nullable) for column in table.columns} == made, name
