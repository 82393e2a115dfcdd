"""What the module contract promises, as questions to ask of any installation: each answers with what is wrong."""

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import closing
from enum import Enum
from itertools import product
from uuid import UUID

from werkzeug.routing import Rule

from app.core.modules import Module, load_provider
from app.core.places import Place
from app.core.platform import platform
from app.core.theming import themes
from tenants.context import ZoneFacts
from tests.contracts.walking import Step, pass_csrf, steps
from tests.fixtures.world import Browser, Person, World


def open_though_off(world: World, module: Module) -> list[str]:
    """Steps of a module that answer anything but 404 in a zone that does not use it, whoever asks."""
    zone = world.zone(modules=())
    people = {"nobody": None, "a member": world.member(zone), "staff": world.staff(zone)}
    clients = {who: world.client(zone, person) for who, person in people.items()}
    for client in clients.values():
        pass_csrf(client)
    found = []
    for step, (who, client) in product(steps_of(world, module, {}), clients.items()):
        with closing(client.open(step.addresses[0], method=step.method)) as answer:
            if answer.status_code != 404:
                found.append(f"{who}: {step} answers {answer.status_code}")
    return found


def looks_of(theme: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Languages and text sizes for one theme: two looks, which with those of a next theme make every pair of the three."""
    sizes = ("normal", "large") if sorted(themes()).index(theme) % 2 == 0 else ("large", "normal")
    return ("zh_CN", sizes[0]), ("en", sizes[1])


def broken_pages(world: World, module: Module, theme: str) -> list[str]:
    """Pages of a module that do not show what there is, with examples; files, which have no look, are opened once."""
    zone = world.zone(theme=theme)
    person = world.member(zone)
    examples = make_examples(world, module, zone, person)
    member, readers = world.client(zone, person), readers_of(world, module, zone)
    # an address that carries its right in itself is opened where it is made
    pages = [
        step
        for step in steps_of(world, module, examples)
        if step.method == "GET" and is_covered(step, examples) and "token" not in step.rule.arguments
    ]
    found, files = [], set()
    for locale, text in looks_of(theme):
        for client in (member, *readers):
            client.set_cookie("hall_locale", locale, domain=zone.host)
            client.set_cookie("hall_text", text, domain=zone.host)
        for step in pages:
            if step.rule.endpoint in files:
                continue
            clients = readers if step.rule.rule.startswith("/console") else [member]
            answers = (shows_itself(*each, locale) for each in product(clients, step.addresses))
            shown = next(filter(None, answers), None)
            if shown is None:
                found.append(f"{theme}, {locale}, {text}: {step}")
            elif shown is Shown.FILE:
                files.add(step.rule.endpoint)
    return found


class Shown(Enum):
    """What an address answered with."""

    PAGE, FILE = "page", "file"


def shows_itself(client: Browser, address: str, locale: str) -> Shown | None:
    """A page in the language asked for, or a file."""
    with closing(client.get(address)) as answer:
        if answer.status_code != 200:
            return None
        if answer.mimetype != "text/html":
            return Shown.FILE
        language = "en" if locale == "en" else "zh-CN"
        return Shown.PAGE if f'lang="{language}"' in answer.text[:200] else None


def missing_providers(module: Module) -> list[str]:
    """Functions that the manifest names and that are not there."""
    blocks, figures = module.blocks, module.figures
    names = [each.provider for each in (*blocks, *figures)] + (
        [each for each in (module.provision, module.unfinished, module.role_holder) if each]
    )
    return [name for name in names if not callable(load_provider(name))]


def uncopied_tables(module: Module, tables: dict[str, list[str]]) -> list[str]:
    """A module's tables with a member in them that its manifest does not declare: a member's copy would lack them."""
    declared = {each.table for each in module.personal_data}
    return [
        name for name, columns in tables.items()
        if name.startswith(f"{module.slug}_") and "member_id" in columns and name not in declared
    ]  # fmt: skip


def steps_of(world: World, module: Module, examples: dict[str, UUID]) -> list[Step]:
    prefixes = (module.slug, f"console_{module.slug}", f"api_{module.slug}")
    found = steps(world.app, Place.ZONE, examples, [])
    return [step for step in found if step.rule.endpoint.partition(".")[0] in prefixes]


def make_examples(world: World, module: Module, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """What `tests/examples.py` of the module makes, if it has one."""
    name = f"{module.package}.tests.examples"
    if importlib.util.find_spec(f"{module.package}.tests") is None or importlib.util.find_spec(name) is None:
        return {}
    return importlib.import_module(name).make_examples(world, zone, person)


def readers_of(world: World, module: Module, zone: ZoneFacts) -> list[Browser]:
    """Staff who open the module's pages: an administrator who also handles cases, and whom `tests/examples.py` names in
    `list_readers` besides, since they have a part in what was made."""
    name = f"{module.package}.tests.examples"
    has_examples = importlib.util.find_spec(f"{module.package}.tests") and importlib.util.find_spec(name)
    list_readers = getattr(importlib.import_module(name), "list_readers", None) if has_examples else None
    others = list_readers(zone) if list_readers else []
    return [world.client(zone, each) for each in (world.staff(zone, "zone_admin", "caseworker"), *others)]


def is_covered(step: Step, examples: dict[str, UUID]) -> bool:
    """Whether every object the address names has an example."""
    return all(any(noun in table.removesuffix("s") for table in examples) for noun in nouns(step.rule))


def nouns(rule: Rule) -> Iterator[str]:
    for name, converter in rule._converters.items():
        if type(converter).__name__ == "UUIDConverter":
            yield name.removesuffix("_id")


def modules(world: World) -> list[Module]:
    with world.app.app_context():
        return list(platform().modules)
