"""Icons and pictures: pages show them by the dozen, so they are made here once and remembered.

Templates know them as `ui.icon` and `ui.photo`.
"""

from functools import lru_cache

from markupsafe import Markup

from app.site.assets import asset

WHOLE = 1600
"""Pixels: how wide a picture is as it was stored, at most. The other widths are those `app.core.images` makes."""
PLACES = {
    "thumb": ((240, 480), "(min-width: 900px) 200px, 80px"),
    "card": ((480, 750), "(min-width: 900px) 340px, 160px"),
    "wide": ((480, 750, WHOLE), "(min-width: 900px) 1104px, 250px"),
}
"""Where pictures stand: in a list, in a column, over the whole width. The widths they are offered in, and how wide browsers
are told they will be: dense phones less than the truth, so that a first view stays light."""

_ICON = Markup(
    '<svg class="icon" width="{size}" height="{size}" {words} focusable="false"><use href="{sheet}#{name}"></use></svg>'
)
_PHOTO = Markup(
    '<img{css} src="{src}"{choice} alt="{alt}" width="{width}" height="{height}" {fetching} decoding="async">'
)
AT_ONCE, WHEN_SEEN = Markup('fetchpriority="high"'), Markup('loading="lazy"')


@lru_cache(maxsize=512)
def icon(name: str, label: str = "", size: int = 24) -> Markup:
    """An icon of the house; without a label it is decoration."""
    words = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return _ICON.format(name=name, size=size, words=words, sheet=asset("icons.svg"))


def desk_icon(name: str, label: str = "", size: int = 20) -> Markup:
    """The same in the size that consoles use."""
    return icon(name, label, size)


@lru_cache(maxsize=4096)
def photo(src: str, place: str, width: int, height: int, *, css: str = "", alt: str = "", near: bool = False) -> Markup:
    """A picture in no more pixels than its place takes; `src` is the file's own address.

    One that is not `near` the top is fetched when it comes into view. An address with a query is taken as it is.
    """
    widths, sizes = PLACES[place]
    offered = {each: src if each == WHOLE else f"{src}?width={each}" for each in widths}
    choice = Markup()
    if "?" not in src:
        srcset = ", ".join(f"{address} {each}w" for each, address in offered.items())
        choice = Markup(' srcset="{}" sizes="{}"').format(srcset, sizes)
        src = src if place == "wide" else offered[widths[0]]
    return _PHOTO.format(
        css=Markup(' class="{}"').format(css) if css else "",
        src=src,
        choice=choice,
        alt=alt,
        width=width,
        height=height,
        fetching=AT_ONCE if near else WHEN_SEEN,
    )
