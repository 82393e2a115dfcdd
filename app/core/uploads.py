"""The files a form takes, said once: hint, the browser's choice, the script's and the server's refusals, and how large the
request may be, all follow from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from babel.lists import format_list
from flask import Flask, current_app, request
from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from app.core.downloads import WORKBOOK
from app.core.errors import InvalidInput
from app.core.i18n import current_locale
from app.core.images import FORMATS, KB, MB, MOST_BYTES

ROOM_FOR_TEXT = 2 * MB
NAME = "{name}"
"""Where the script puts a file's name into a sentence."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Uploads:
    """At most `most` files of these formats (name for people → media type), each of `most_bytes` at most."""

    formats: Mapping[str, str]
    most_bytes: int
    most: int = 1

    @property
    def accept(self) -> str:
        return ",".join(self.formats.values())

    @property
    def body_bytes(self) -> int:
        """How large a request with all of it may be."""
        return self.most * self.most_bytes + ROOM_FOR_TEXT

    @property
    def rule(self) -> str:
        """What may be chosen, told before it is."""
        told = {"formats": _listed(self.formats), "size": file_size(self.most_bytes)}
        if self.most == 1:
            return _("%(formats)s, up to %(size)s.", **told)
        return _("%(formats)s, up to %(size)s each, at most %(most)s files.", most=self.most, **told)

    def too_large(self, name: str) -> str:
        return _("“%(name)s” is larger than %(size)s.", name=name, size=file_size(self.most_bytes))

    def wrong_format(self, name: str) -> str:
        return _("“%(name)s” can't be taken: send %(formats)s.", name=name, formats=_listed(self.formats))

    def too_many(self) -> str:
        return _("At most %(most)s files can be sent.", most=self.most)

    def sent(self, *fields: str) -> Iterator[tuple[bytes, str]]:
        """The files that came in these fields of the form: their bytes, one more than may be at most, and their names."""
        for field in fields:
            for upload in request.files.getlist(field):
                if upload.filename:
                    yield upload.stream.read(self.most_bytes + 1), upload.filename

    def one(self, field: str) -> tuple[bytes, str]:
        """The file that came in this field: its bytes, one more than may be at most, and its name. Raises `InvalidInput` for none."""
        found = next(self.sent(field), None)
        if found is None:
            raise InvalidInput(_("Choose a file."), field=field)
        return found

    def attributes(self, sent: int = 0, accept: str = "") -> Markup:
        """Attributes of a file field by which the browser offers, and the script checks, what may be chosen; `sent`: files
        that are there already, `accept`: where one field takes less than the form."""
        values = {
            "accept": accept or self.accept,
            "data-most-bytes": self.most_bytes,
            "data-too-large": self.too_large(NAME),
            "data-wrong-format": self.wrong_format(NAME),
            "data-left-out": _("It was left out."),
        }
        if self.most > 1:
            values |= {"data-most-files": self.most - sent, "data-too-many": self.too_many()}
        return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in values.items())


def sheet_uploads(most_bytes: int) -> Uploads:
    """One sheet, as Excel or as CSV."""
    return Uploads({"Excel (.xlsx)": WORKBOOK, "CSV": "text/csv"}, most_bytes)


PICTURE = Uploads(FORMATS, MOST_BYTES)
"""One picture for a page, as staff choose it."""


def _listed(formats: Mapping[str, str]) -> str:
    """The names as a sentence lists them: "JPEG, PNG or GIF"."""
    return format_list(list(formats), "or", locale=current_locale())


def file_size(size: int) -> str:
    """How large a file is, as people read it: "350 KB", "1.2 MB"."""
    if size < MB:
        return f"{format_decimal(max(1, round(size / KB)))} KB"
    return f"{format_decimal(round(size / MB, 1))} MB"


def takes(uploads: Uploads) -> Callable[[View], View]:
    """The view's form sends these files: its requests may be as large as they come to."""

    def mark(view: View) -> View:
        view.hall_uploads = uploads  # type: ignore[attr-defined]
        return view

    return mark


def uploads_of(view: Callable[..., Any] | None) -> Uploads | None:
    return getattr(view, "hall_uploads", None)


def init_app(app: Flask) -> None:
    """Comes after the gate, so that only who may send the form is waited for, and before whatever reads it."""
    app.jinja_env.filters["file_size"] = file_size
    app.jinja_env.globals["picture_upload"] = PICTURE
    app.before_request(_make_room)


def _make_room() -> None:
    if uploads := uploads_of(current_app.view_functions.get(request.endpoint or "")):
        request.max_content_length = uploads.body_bytes
