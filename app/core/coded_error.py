"""Refusals that carry a stable code, so that callers branch on the code and pages translate the sentence."""

from collections.abc import Mapping
from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 - the name gettext's extractor knows
    """Marks a sentence for translation where it is declared; it is translated where it is shown."""
    return text


class CodedError(ValueError):
    """A refusal with a code from the subclass's `MESSAGES`, and the values its sentence mentions.

    `str(error)` is the English sentence; `error.message % error.params` is how a page builds the translated one.
    Raises `KeyError` when the code, or a value its sentence needs, is missing: a defect of the raising code.
    """

    MESSAGES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        self.message = self.MESSAGES[code]
        super().__init__(self.message % params)

    def __reduce__(self) -> tuple[object, ...]:
        """Survives pickling, as exceptions cross process pools."""
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(kind: type[CodedError], code: str, params: dict[str, object]) -> CodedError:
    return kind(code, **params)
