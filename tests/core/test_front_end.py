"""What every page stands on: vendored files, templates without inline code, weight, contrast, icons, words."""

import gzip
import hashlib
import io
import re
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, nodes
from markupsafe import Markup
from PIL import Image, ImageChops

from app.core.images import Purpose, reencode
from app.site.pictures import desk_icon, icon, photo

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
PACKAGES = tomllib.loads((VENDOR / "VENDORED.toml").read_text("utf-8"))["package"]
THEMES = sorted(path.parent for path in (ROOT / "themes").glob("*/theme.toml"))
TEMPLATES = sorted([*(ROOT / "app").rglob("templates/**/*.html"), *(ROOT / "themes").rglob("templates/**/*.html")])
CORE_TEMPLATES = sorted(
    [*(ROOT / "app" / "templates").rglob("*.html"), *(ROOT / "themes").rglob("templates/**/*.html")]
)
WEIGHT = 100 * 1024
REQUESTS = 10


def theme_id(theme: Path) -> str:
    return theme.name


def vendored() -> list[tuple[str, str]]:
    files = [(file["to"], file["sha256"]) for package in PACKAGES for file in package["files"]]
    return files + [
        (package["sprite"]["to"], package["sprite"]["sha256"]) for package in PACKAGES if "sprite" in package
    ]


# --- vendored files ---


@pytest.mark.parametrize(("path", "digest"), vendored())
def test_vendored_file_is_the_recorded_one(path, digest):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest


def test_nothing_unlisted_lies_among_the_vendored_files():
    listed = {(VENDOR / path).resolve() for path, _ in vendored()} | {VENDOR / "VENDORED.toml"}
    found = {path.resolve() for path in VENDOR.rglob("*") if path.is_file()}
    licences = {path for path in found if path.name.startswith(("LICENSE", "NOTICE"))}
    assert found - licences <= listed


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_vendored_package_carries_its_licence(package):
    folder = (VENDOR / package["files"][0]["to"]).parent
    assert package["licence"]
    assert [path for path in folder.iterdir() if path.name.startswith("LICENSE")]


def test_icons_used_in_templates_are_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    used = {
        name
        for template in TEMPLATES
        for name in re.findall(r"\b(?:icon|_sign)\('([a-z-]+)'", template.read_text("utf-8"))
    }
    assert used
    assert used <= drawn


# --- content security ---

INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["'{]|\shx-on\b|javascript:|<script\b(?![^>]*\ssrc=)""", re.IGNORECASE
)


def test_template_without_inline_code_is_told_from_one_with_it():
    assert not INLINE.search('<script src="/x.js" defer></script><p class="style">on = 1</p>')
    for wrong in ("<style>", '<p style="x">', '<a onclick="x()">', "<script>x</script>", '<a href="javascript:x">'):
        assert INLINE.search(wrong), wrong


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_script_style_or_handler(template):
    found = INLINE.search(re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.DOTALL))
    assert found is None, found.group(0)


# --- the home page as a browser gets it ---


def environment(theme: Path) -> Environment:
    loaders = [FileSystemLoader(theme / "templates"), FileSystemLoader(ROOT / "app" / "templates")]
    found = Environment(loader=ChoiceLoader(loaders), autoescape=True)  # no translations: the source text is English
    found.globals.update(
        {
            "_": lambda text, **values: text % values if values else text,
            "ngettext": lambda one, many, num: (one if num == 1 else many) % {"num": num},
            "asset": lambda path: "static:" + path,
            "make_icon": icon,
            "make_desk_icon": desk_icon,
            "make_photo": photo,
            "csrf_token": lambda: "token",
            "get_flashed_messages": lambda **_: [],
        }
    )
    return found


def context(theme: Path, **more: object) -> dict:
    tabs = [
        ("home", "Home", "home"),
        ("services", "Services", "apps"),
        ("events", "Events", "calendar"),
        ("me", "Me", "user"),
    ]
    return {
        "zone": SimpleNamespace(name="霞山区总工会", slug="xiashan"),
        "look": SimpleNamespace(
            theme=theme.name, css_url="look:tokens.css", logo_url="logo:one.webp?width=160", slogan="有事找工会"
        ),
        "tabs": [
            {"key": key, "title": title, "href": "/" + key, "icon": icon, "active": key == "home"}
            for key, title, icon in tabs
        ],
        "viewer": SimpleNamespace(name="陈海燕", is_member=True, is_staff=False, unread=3),
        "locale": "zh_CN",
        "large_text": False,
        "display_url": lambda **_: "/display",
        "sign_in_url": "/in",
        "sign_out_url": "/out",
        "theme_asset": lambda path: "theme:" + path,
        **more,
    }


def blocks() -> list[SimpleNamespace]:
    article = {
        "title": "区总工会开展送清凉活动",
        "summary": "慰问一线职工",
        "image": "photo:a.webp",
        "href": "/n/1",
        "at": "06-18",
        "category": "要闻",
    }
    entries = [{"title": "困难帮扶", "href": "/help", "icon": "heart-handshake", "badge": ""}] * 8
    shapes = [
        (
            "banner",
            {},
            {"slides": [{"image": f"photo:{name}.webp", "title": "工惠日", "href": "/e/1"} for name in "bcd"]},
        ),
        ("quick_entries", {}, {"entries": entries}),
        ("notices", {}, {"items": [{"title": "金秋助学通知", "href": "/n/2", "at": "06-18"}] * 3}),
        ("articles", {"layout": "list"}, {"items": [article] * 5}),
        ("articles", {"layout": "cards"}, {"items": [article] * 3}),
        ("rich_text", {}, {"html": Markup("<p>服务热线 12351</p>")}),
        (
            "help.open",
            {},
            {"title": "帮扶", "text": "遇到难处", "href": "/help", "icon": "heart-handshake", "items": []},
        ),
    ]
    return [
        SimpleNamespace(id=str(number), type=kind, title="", settings=settings, data=data)
        for number, (kind, settings, data) in enumerate(shapes)
    ]


def home(theme: Path) -> str:
    return environment(theme).get_template("home.html").render(context(theme, blocks=blocks()))


@cache
def photo_like(side: int) -> bytes:
    """A picture as a phone takes it: light that falls off, shapes of all sizes, grain in every pixel."""
    size = (side, side * 2 // 3)
    light, shade = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)
    shapes = Image.effect_noise((side // 25, side // 38), 90).resize(size, Image.Resampling.BICUBIC)
    leaves = Image.effect_noise((side // 4, side // 6), 60).resize(size, Image.Resampling.BICUBIC)
    bands = (ImageChops.overlay(light, shapes), ImageChops.overlay(shade, leaves), ImageChops.overlay(shapes, light))
    grain = Image.effect_noise(size, 20)
    taken = io.BytesIO()
    Image.blend(Image.merge("RGB", bands), Image.merge("RGB", (grain,) * 3), 0.12).save(taken, "JPEG", quality=92)
    return taken.getvalue()


@cache
def stored(purpose: Purpose, width: int) -> bytes:
    """What is served for an uploaded picture at a width, 0 for the widest."""
    picture = reencode(io.BytesIO(photo_like(2400)), max_side=512 if purpose == "logo" else 1600, purpose=purpose)
    return picture.narrow[width] if width else picture.data


def served(address: str, theme: Path) -> bytes:
    kind, _, path = address.partition(":")
    if kind in ("photo", "logo"):
        return stored(kind, int(path.partition("width=")[2] or 0))  # type: ignore[arg-type]
    return ({"static": STATIC, "theme": theme / "static", "look": theme}[kind] / path).read_bytes()


def chosen(picture: str, screen: int, density: float) -> str:
    """The address a browser fetches of an <img>: the narrowest candidate that fills its place on the screen."""
    candidates = re.findall(r"(\S+) (\d+)w", (re.findall(r'srcset="([^"]+)"', picture) or [""])[0])
    if not candidates:
        return re.findall(r'src="([^"]+)"', picture)[0]
    wide, narrow = re.findall(r'sizes="\(min-width: 900px\) (\d+)px, (\d+)px"', picture)[0]
    needed = int(wide if screen >= 900 else narrow) * density
    fitting = [address for address, width in candidates if int(width) >= needed]
    return fitting[0] if fitting else candidates[-1][0]


def first_view(page: str, theme: Path, density: float) -> dict[str, int]:
    """The weight on the wire of everything a phone fetches for the first view, by address."""
    pictures = re.findall(r"<img[^>]*>", page)
    eager = [picture for picture in pictures if 'loading="lazy"' not in picture]
    others = re.sub(r"<img[^>]*>", "", page)
    addresses = {chosen(picture, 390, density) for picture in eager} | {
        address.partition("#")[0] for address in re.findall(r'(?:src|href)="((?:static|theme|look|logo|photo):[^"]+)"', others)
    }  # fmt: skip
    texts = (".css", ".js", ".svg")
    weights = {
        address: len(gzip.compress(served(address, theme), 6) if address.endswith(texts) else served(address, theme))
        for address in addresses
    }
    return {**weights, "the page": len(gzip.compress(page.encode(), 6))}


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
@pytest.mark.parametrize("density", [1, 2, 3])
def test_first_view_of_home_is_light_on_every_phone(theme, density):
    weights = first_view(home(theme), theme, density)
    assert sum(weights.values()) <= WEIGHT, weights
    assert len(weights) <= REQUESTS, weights
    assert [address for address in weights if address.startswith("photo:")], "a picture leads the page"


def test_a_page_that_shows_pictures_as_they_were_stored_would_be_too_heavy():
    assert len(stored("photo", 0)) > WEIGHT


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
def test_no_picture_of_home_is_fetched_wider_than_its_place_takes(theme):
    pictures = [picture for picture in re.findall(r"<img[^>]*>", home(theme)) if "photo:" in picture]
    assert pictures
    for picture in pictures:
        assert len(served(chosen(picture, 390, 3), theme)) <= 40 * 1024, picture


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
def test_every_block_shows_on_the_home_page(theme):
    page = home(theme)
    for text in ("工惠日", "困难帮扶", "金秋助学通知", "区总工会开展送清凉活动", "服务热线 12351", "遇到难处"):
        assert text in page, text


def test_blocks_stand_in_the_order_the_zone_gave_them_for_eyes_keyboard_and_screen_readers_alike():
    """A stylesheet that moved them would leave the keyboard behind; a theme may choose an order of its own."""
    theme = next(theme for theme in THEMES if not (theme / "templates" / "home.html").exists())
    order = [str(number) for number in range(len(blocks()))]
    assert re.findall(r'id="block-(\d+)"', home(theme)) == order
    assert not re.search(r"[;{ ]order: ", (STATIC / "css" / "hall.css").read_text("utf-8").replace("order: 1;", "", 1))


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
def test_home_page_without_blocks_says_so(theme):
    assert "This zone is being set up" in environment(theme).get_template("home.html").render(context(theme, blocks=[]))


def test_themes_differ_in_structure():
    shapes = {
        re.sub(r">[^<]*<", "><", re.sub(r'\s(?:src|href|alt|id|aria-label)="[^"]*"', "", home(theme)))
        for theme in THEMES
    }
    assert len(shapes) == len(THEMES)


@pytest.mark.parametrize(
    "template", sorted((ROOT / "app" / "templates" / "errors").glob("*.html")), ids=lambda path: path.stem
)
def test_error_page_renders_where_nothing_but_words_and_files_works(template):
    page = environment(THEMES[0]).get_template(f"errors/{template.name}").render(locale="zh_CN")
    assert "What was kept" in page
    assert "What to do next" in page


# --- forms ---

FIELDS = """
{%- import file as ui -%}
{% call ui.open('/x', idempotency_key='k1') %}
{{ ui.errors(form) }}
{{ ui.text(form, 'phone', 'Phone', type='tel', hint='Eleven digits', required=true, autocomplete='tel') }}
{{ ui.text(form, 'secret', 'Password', type='password') }}
{{ ui.textarea(form, 'why', 'Why') }}
{{ ui.select(form, 'kind', 'Kind', [('a', 'A'), ('b', 'B')]) }}
{{ ui.checkboxes(form, 'ways', 'Ways', [('1', 'One'), ('2', 'Two')]) }}
{{ ui.radios(form, 'size', 'Size', [('s', 'S')]) }}
{{ ui.checkbox(form, 'agree', 'Agree') }}
{{ ui.file(form, 'proof', 'Proof') }}
{{ ui.date(form, 'on', 'On') }}
{{ ui.number(form, 'count', 'Count') }}
{{ ui.hidden(form, 'step', 2) }}
{{ ui.submit('Send') }}
{% endcall %}"""


@pytest.fixture(params=["ui.html", "console/ui.html"])
def form_page(request):
    form = SimpleNamespace(
        values={"phone": '12"3', "secret": "s3cret", "why": "<b>", "kind": "b", "ways": [2], "agree": True},
        errors={"phone": ["Eleven digits, please."], "": ["Once a day."]},
    )
    page = environment(THEMES[0]).from_string(FIELDS)
    return page.render(context(THEMES[0], file=request.param, form=form))


def test_form_carries_its_tokens(form_page):
    assert 'name="csrf_token" value="token"' in form_page
    assert 'name="_once" value="k1"' in form_page
    assert form_page.rstrip().endswith("</form>")


def test_wrong_field_is_named_described_and_linked(form_page):
    field = re.search(r'<input[^>]*id="field-phone"[^>]*>', form_page).group(0)  # type: ignore[union-attr]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="hint-phone error-phone"' in field
    assert 'autocomplete="tel"' in field
    assert '<a href="#field-phone">' in form_page
    assert 'role="alert"' in form_page
    assert "Once a day." in form_page


def test_every_label_points_at_a_field(form_page):
    ids = set(re.findall(r'\sid="([^"]+)"', form_page))
    assert set(re.findall(r'<label[^>]*\sfor="([^"]+)"', form_page)) <= ids


def test_typed_values_come_back_escaped_and_passwords_do_not(form_page):
    assert "12&#34;3" in form_page
    assert "&lt;b&gt;" in form_page
    assert "s3cret" not in form_page
    assert re.search(r'<option value="b" selected', form_page)
    assert re.search(r'value="2" checked', form_page)


@pytest.mark.parametrize("file", ["ui.html", "console/ui.html"])
@pytest.mark.parametrize("form", [{}, {"values": {"phone": "139"}, "errors": {}}], ids=["empty", "mapping"])
def test_form_may_be_a_mapping_or_nothing(file, form):
    page = environment(THEMES[0]).from_string(FIELDS).render(context(THEMES[0], file=file, form=form))
    assert "aria-invalid" not in page
    assert ('value="139"' in page) == bool(form)


# --- contrast ---


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def soft(colour: str, share: float) -> str:
    """What the stylesheet mixes as the colour's soft variant on white."""
    return "#" + "".join(f"{round(int(colour[at : at + 2], 16) * share + 255 * (1 - share)):02x}" for at in (1, 3, 5))


def custom_properties(css: str) -> dict[str, str]:
    plain = re.search(r":root\s*\{(.*?)\}", css, re.DOTALL).group(1)  # type: ignore[union-attr]
    return dict(re.findall(r"(--hall-[a-z0-9-]+):\s*([^;]+);", plain))


def colours(theme: Path) -> dict[str, str]:
    base = custom_properties((STATIC / "css" / "hall.css").read_text("utf-8"))
    set_here = custom_properties((theme / "tokens.css").read_text("utf-8"))
    merged = {**base, **set_here, "--hall-on-primary": set_here.get("--hall-on-primary", "#ffffff")}
    return {name: value for name, value in merged.items() if re.fullmatch(r"#[0-9a-f]{6}", value)}


def test_contrast_is_the_one_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


PAIRS = [
    ("--hall-ink", "--hall-surface"),
    ("--hall-ink", "--hall-background"),
    ("--hall-ink-2", "--hall-surface"),
    ("--hall-ink-2", "--hall-background"),
    ("--hall-primary", "--hall-surface"),
    ("--hall-primary", "--hall-background"),
    ("--hall-on-primary", "--hall-primary"),
    ("--hall-accent", "--hall-surface"),
    ("--hall-danger", "--hall-surface"),
    ("--hall-success", "--hall-surface"),
    ("--hall-warning", "--hall-surface"),
]


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_of_the_theme_is_readable(theme, text, ground):
    found = colours(theme)
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
def test_text_on_soft_grounds_is_readable(theme):
    found = colours(theme)
    assert contrast(found["--hall-primary"], soft(found["--hall-primary"], 0.10)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
def test_every_palette_of_the_theme_is_readable(theme):
    manifest = tomllib.loads((theme / "theme.toml").read_text("utf-8"))
    ink = colours(theme)["--hall-ink"]
    for palette in manifest["presets"]:
        chosen = palette["tokens"]
        for name in ("primary", "accent"):
            assert contrast(chosen[name], "#ffffff") >= 4.5, (palette["slug"], name)
            assert contrast(chosen[name], chosen["background"]) >= 4.5, (palette["slug"], name)
            assert contrast(chosen[name], soft(chosen[name], 0.12)) >= 4.5, (palette["slug"], name)
        assert contrast(ink, chosen["background"]) >= 4.5, palette["slug"]


# --- themes ---


@pytest.mark.parametrize("theme", THEMES, ids=theme_id)
def test_theme_describes_what_its_stylesheet_says(theme):
    manifest = tomllib.loads((theme / "theme.toml").read_text("utf-8"))
    stylesheet = custom_properties((theme / "tokens.css").read_text("utf-8"))
    assert manifest["slug"] == theme.name
    for name, token in manifest["tokens"].items():
        unit = token.get("unit", "")
        default = f"{token['default']}{unit}" if token["type"] == "color" or unit else f"{token['default']:g}"
        assert stylesheet[token["property"]] == default, name
        assert set(token["label"]) == {"zh_CN", "en"}
    for words in (manifest["title"], manifest["description"], *(palette["title"] for palette in manifest["presets"])):
        assert set(words) == {"zh_CN", "en"}
    assert (theme / "preview.webp").is_file()
    assert (theme / "static" / "banner.webp").stat().st_size < 40 * 1024


# --- words ---


def source_texts(template: Path) -> set[str]:
    """Every literal given to _() or ngettext() in a template."""
    tree = Environment(autoescape=True).parse(template.read_text("utf-8"))
    calls = [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
    return {
        call.args[0].value
        for call in calls
        if call.node.name in ("_", "ngettext") and isinstance(call.args[0], nodes.Const)  # type: ignore[attr-defined]
    }


def test_every_word_of_the_layouts_has_chinese():
    with (ROOT / "app" / "translations" / "zh_CN.po").open("rb") as stream:
        catalogue = read_po(stream, locale="zh_CN")
    for template in CORE_TEMPLATES:
        for text in source_texts(template):
            message = catalogue.get(text)
            assert message is not None, (template.name, text)
            assert message.string if isinstance(message.string, str) else all(message.string), text  # type: ignore[arg-type]
            assert all(part in str(message.string) for part in re.findall(r"%\(\w+\)[sd]", text)), text
