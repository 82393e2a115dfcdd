"""Why an identifier is refused."""

from app.core.coded_error import N_, CodedError


class IdentifierError(CodedError):
    """The text is not an identifier of that kind."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "id_length": N_("An ID number has 18 characters, this one has %(length)s."),
        "id_old_form": N_("This is an old ID number with 15 digits: the present one with 18 characters is needed."),
        "id_characters": N_("An ID number has 17 digits and then a digit or X."),
        "id_region": N_("The first digits of the ID number name no region of China."),
        "id_birth_date": N_("The birth date within the ID number does not exist."),
        "id_birth_date_future": N_("The birth date within the ID number lies in the future."),
        "id_checksum": N_("The last character of the ID number does not match the others: a digit was mistyped."),
        "document_kind": N_("This kind of document is not known."),
        "document_form": N_("The document number does not have the form of its kind."),
        "phone_form": N_("This is not a phone number."),
        "phone_not_mobile": N_("This is not a mobile phone number of mainland China."),
        "uscc_length": N_("A unified social credit code has 18 characters, this one has %(length)s."),
        "uscc_form": N_("A unified social credit code has a character here that none has."),
        "account_form": N_("The number of a bank account has 8 to 32 digits and nothing else."),
        "account_checksum": N_("This can't be the number of a card: a digit was mistyped or left out."),
        "uscc_checksum": N_("The last character of the credit code does not match the others: one was mistyped."),
    }
