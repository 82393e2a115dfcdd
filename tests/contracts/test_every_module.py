"""What the module contract promises, checked for every module there is."""

from app.core.modules import load_provider
from app.core.theming import themes
from tenants.database import Base
from tests.contracts.planting import connect_as_owner, tables


def _modules(app):
    return list(app.extensions["unionhall"].modules)


def _pages(app, module) -> list[str]:
    """The addresses of a module's pages that need no argument."""
    return [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in (module.slug, f"console_{module.slug}", f"api_{module.slug}")
        and "GET" in (rule.methods or ()) and not rule.arguments and not rule.endpoint.endswith(".static")
    ]  # fmt: skip


def test_a_module_that_is_off_answers_nothing(app, world):
    zone = world.zone(modules=())
    clients = [world.client(zone), world.client(zone, world.member(zone)), world.client(zone, world.staff(zone))]
    open_pages = [
        (page, client.get(page).status_code)
        for module in _modules(app)
        for page in _pages(app, module)
        for client in clients
        if client.get(page).status_code != 404
    ]
    assert open_pages == []


def test_every_page_renders_in_every_theme_and_language(app, world):
    broken = []
    for theme in themes():
        zone = world.zone(theme=theme)
        member, staff = world.client(zone, world.member(zone)), world.client(zone, world.staff(zone))
        for module in _modules(app):
            for page in _pages(app, module):
                client = staff if page.startswith("/console") else member
                for locale in ("zh_CN", "en"):
                    client.set_cookie("hall_locale", locale, domain=zone.host)
                    answer = client.get(page)
                    if answer.status_code != 200:
                        broken.append((theme, locale, page, answer.status_code))
    assert broken == []


def test_a_modules_tables_carry_its_name_and_its_zone(app, settings):
    slugs = {module.slug for module in _modules(app)}
    central = {"news_shared_articles"}  # the city's copies: read by every zone, written by the city's own zone only
    with connect_as_owner(settings.database_owner_url) as owner:
        found = tables(owner)
    for name, columns in found.items():
        if name.partition("_")[0] in slugs and name not in central:
            assert "zone_id" in {column.name for column in columns}, name


def test_providers_that_manifests_name_exist(app):
    for module in _modules(app):
        names = [block.provider for block in module.blocks] + [figure.provider for figure in module.figures]
        for name in [*names, *([module.provision] if module.provision else [])]:
            assert callable(load_provider(name)), name


def test_personal_tables_are_declared_by_their_modules(app, settings):
    """A module's table with a member in it must say how the member's data is exported and erased."""
    with connect_as_owner(settings.database_owner_url) as owner:
        found = tables(owner)
    for module in _modules(app):
        declared = {each.table for each in module.personal_data}
        holding = {
            name for name, columns in found.items()
            if name.startswith(f"{module.slug}_") and "member_id" in {column.name for column in columns}
        }  # fmt: skip
        assert holding <= declared, module.slug


def test_the_models_say_what_the_migrations_made(app, settings):
    """Columns of a model and of its table are the same: names and whether they may be empty."""
    with connect_as_owner(settings.database_owner_url) as owner:
        found = tables(owner)
    for name, table in Base.metadata.tables.items():
        made = {column.name: column.nullable for column in found[name]}
        assert {column.name: bool(column.nullable) for column in table.columns} == made, name
