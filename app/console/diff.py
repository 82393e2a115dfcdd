"""What publishing a draft would change, as lines a person can read."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.platform import platform
from app.core.theming import chain
from app.site.blocks import available_blocks
from tenants.revisions import BlockChoice, RevisionDocument


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: what, from, to; empty where there was or will be nothing."""

    what: str
    before: str
    after: str


def differences(before: RevisionDocument, after: RevisionDocument) -> list[Difference]:
    """Every difference between two documents, in the order of the studio's pages."""
    return [*_look(before, after), *_modules(before, after), *_blocks(before, after)]


def _look(before: RevisionDocument, after: RevisionDocument) -> list[Difference]:
    labels = {name: token["label"] for name, token in chain(after.theme)[0].tokens.items()}
    found = [
        _difference(_("Theme"), before.theme, after.theme),
        _difference(_("Slogan"), before.slogan, after.slogan),
        _difference(_("Logo"), _picture(before.logo), _picture(after.logo)),
    ]
    for name in sorted({*before.tokens, *after.tokens}):
        label = labels.get(name, {}).get("zh_CN", name)
        found.append(_difference(label, str(before.tokens.get(name, "")), str(after.tokens.get(name, ""))))
    return [each for each in found if each]


def _picture(file_id: str) -> str:
    return _("own picture") if file_id else ""


def _difference(what: str, before: str, after: str) -> Difference | None:
    return Difference(what, before, after) if before != after else None


def _modules(before: RevisionDocument, after: RevisionDocument) -> list[Difference]:
    found = []
    for module in platform().modules:
        was, will = before.uses(module.slug), after.uses(module.slug)
        if was != will:
            found.append(Difference(str(module.title), _("on") if was else _("off"), _("on") if will else _("off")))
        elif will and before.modules[module.slug].settings != after.modules[module.slug].settings:
            found.append(Difference(str(module.title), _("settings"), _("settings changed")))
    return found


def _blocks(before: RevisionDocument, after: RevisionDocument) -> list[Difference]:
    found = []
    olds, news = {block.id: block for block in before.blocks}, {block.id: block for block in after.blocks}
    found += [Difference(_("Block"), _name(block, before), "") for key, block in olds.items() if key not in news]
    found += [Difference(_("Block"), "", _name(block, after)) for key, block in news.items() if key not in olds]
    found += [
        Difference(_("Block"), _name(olds[key], before), _("%(name)s, changed", name=_name(block, after)))
        for key, block in news.items()
        if key in olds and olds[key] != block
    ]
    kept_before = [key for key in olds if key in news]
    kept_after = [key for key in news if key in olds]
    if kept_before != kept_after:
        found.append(
            Difference(_("Order of blocks"), _names(kept_before, olds, before), _names(kept_after, news, after))
        )
    return found


def _name(block: BlockChoice, document: RevisionDocument) -> str:
    known = available_blocks(document).get(block.type)
    return block.title or (str(known.title) if known else block.type)


def _names(keys: list[str], blocks: dict[str, BlockChoice], document: RevisionDocument) -> str:
    return " · ".join(_name(blocks[key], document) for key in keys)
