"""What publishing a draft would change, as lines a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema

from app.console.settings_forms import SettingField, form_fields, said
from app.core.i18n import current_locale
from app.core.platform import platform
from app.core.theming import chain
from app.site.blocks import available_blocks
from tenants.revisions import BlockChoice, RevisionDocument

LONGEST = 160  # characters of a text that are shown around what changed in it
BEFORE_CHANGE = 30


@dataclass(frozen=True, slots=True)
class Value:
    """A value as the page shows it: its words, a spot of its colour, pictures by the ids of their files."""

    text: str = ""
    colour: str = ""
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: what, from, to; an empty value where there was or will be nothing."""

    what: str
    before: Value
    after: Value


def differences(before: RevisionDocument, after: RevisionDocument) -> list[Difference]:
    """Every difference between two documents, in the order of the studio's pages."""
    return [*_look(before, after), *_modules(before, after), *_blocks(before, after)]


def _look(before: RevisionDocument, after: RevisionDocument) -> Iterator[Difference]:
    old, new = chain(before.theme)[0], chain(after.theme)[0]
    yield from _words(_("Theme"), old.title[current_locale()], new.title[current_locale()])
    yield from _words(_("Slogan"), before.slogan, after.slogan)
    if before.logo != after.logo:
        yield Difference(_("Logo"), _picture(before.logo), _picture(after.logo))
    for name in {**old.tokens, **new.tokens}:
        # A new theme brings its own colours: only what the zone itself chose is told then.
        if old is new or name in before.tokens or name in after.tokens:
            label = (new.tokens.get(name) or old.tokens[name])["label"][current_locale()]
            was, will = _token(before, name), _token(after, name)
            if was != will:
                yield Difference(label, was, will)


def _token(document: RevisionDocument, name: str) -> Value:
    """A token as it is in force: the zone's value, or the theme's; nothing where the theme has no such token."""
    token = chain(document.theme)[0].tokens.get(name)
    if token is None:
        return Value()
    value = document.tokens.get(name, token["default"])
    if token["type"] == "color":
        return Value(str(value).lower(), colour=str(value).lower())
    return Value(f"{float(value):g}{token.get('unit', '')}")


def _picture(file_id: str) -> Value:
    return Value(pictures=(file_id,)) if file_id else Value()


def _words(what: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, *_around_change(before, after))


def _around_change(before: str, after: str) -> tuple[Value, Value]:
    """Two texts; of long ones what lies around the first place where they differ."""
    same = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
    same = min(len(before), len(after)) if same is None else same
    start = max(same - BEFORE_CHANGE, 0) if max(len(before), len(after)) > LONGEST else 0
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> Value:
    end = start + LONGEST
    shown = text[start:end]
    return Value(("…" if start and shown else "") + shown + ("…" if len(text) > end else ""))


def _modules(before: RevisionDocument, after: RevisionDocument) -> Iterator[Difference]:
    for module in platform().modules:
        title = str(module.title)
        was, will = before.uses(module.slug), after.uses(module.slug)
        if was != will:
            yield Difference(title, Value(_("on") if was else _("off")), Value(_("on") if will else _("off")))
        if will and module.settings:
            defaults = module.default_settings()
            old, new = (defaults | _settings_of(document, module.slug) for document in (before, after))
            yield from _settings(title, module.settings, old, new, after)


def _settings_of(document: RevisionDocument, slug: str) -> dict[str, Any]:
    choice = document.modules.get(slug)
    return dict(choice.settings) if choice else {}


def _settings(
    title: str, schema: type[Schema], before: dict[str, Any], after: dict[str, Any], document: RevisionDocument
) -> Iterator[Difference]:
    """Each setting that differs, under the form's own words."""
    for field in form_fields(schema, document):
        old, new = before.get(field.name), after.get(field.name)
        if old != new:
            was, will = _around_change(said(field, old), said(field, new))
            what = _("%(title)s: %(setting)s", title=title, setting=field.label)
            yield Difference(what, _with_pictures(was, field, old), _with_pictures(will, field, new))


def _with_pictures(words: Value, field: SettingField, value: Any) -> Value:
    if field.kind == "picture":
        return _picture(value)
    if not field.picture:
        return words
    return Value(words.text, pictures=tuple(row[field.picture] for row in value or () if row.get(field.picture)))


def _blocks(before: RevisionDocument, after: RevisionDocument) -> Iterator[Difference]:
    olds, news = {block.id: block for block in before.blocks}, {block.id: block for block in after.blocks}
    for key, block in olds.items():
        if key not in news:
            yield Difference(_("Block removed"), Value(_name(block, before)), Value())
    for key, block in news.items():
        if key not in olds:
            yield Difference(_("Block added"), Value(), Value(_name(block, after)))
        else:
            yield from _block(olds[key], block, before, after)
    kept_before, kept_after = [key for key in olds if key in news], [key for key in news if key in olds]
    if kept_before != kept_after:
        names = (" · ".join(_name(news[key], after) for key in kept) for kept in (kept_before, kept_after))
        yield Difference(_("Order of the blocks"), *(Value(text) for text in names))


def _block(
    old: BlockChoice, new: BlockChoice, before: RevisionDocument, after: RevisionDocument
) -> Iterator[Difference]:
    name = _name(new, after)
    yield from _words(_("%(title)s: %(setting)s", title=name, setting=_("Title")), old.title, new.title)
    kind = available_blocks(after).get(new.type) or available_blocks(before).get(new.type)
    if kind is not None:
        defaults: Any = kind.settings().load({})
        yield from _settings(name, kind.settings, defaults | dict(old.settings), defaults | dict(new.settings), after)


def _name(block: BlockChoice, document: RevisionDocument) -> str:
    """A block's title, with its kind where that says more; of a module that is off, the kind as it is stored."""
    known = available_blocks(document).get(block.type)
    kind = str(known.title) if known else block.type
    return _("%(title)s (%(kind)s)", title=block.title, kind=kind) if block.title and block.title != kind else kind
