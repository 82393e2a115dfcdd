"""Why a file is refused as a whole; what is wrong with a single cell is a `BadCell`."""

from app.core.coded_error import N_, CodedError


class SheetError(CodedError):
    """The file can't be read as a table. Codes are stable; line numbers are the file's own, from 1."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "empty": N_("The file is empty."),
        "no_table": N_("The file holds no table: no line has two filled cells."),
        "no_rows": N_("The sheet has headings but no rows."),
        "too_large": N_("The file is larger than %(limit_mb)s MB."),
        "too_many_rows": N_("The sheet has more than %(limit)s rows; its last used line is %(line)s."),
        "too_many_columns": N_("The sheet has more than %(limit)s columns; its last used column is %(column)s."),
        "extension": N_("Only .xlsx and .csv files can be read, not %(extension)s."),
        "other_kind": N_("The file is not what its name says: it ends in %(extension)s and is something else inside."),
        "not_a_sheet": N_("This is not a sheet."),
        "web_page": N_("This is a web page with the name of a sheet: open it in Excel or WPS and save it as .xlsx."),
        "old_excel": N_("This is an old Excel file (.xls): open it in Excel or WPS and save it as .xlsx."),
        "binary_workbook": N_("This is a binary Excel file (.xlsb): open it in Excel or WPS and save it as .xlsx."),
        "encrypted": N_("The file is protected by a password: remove the password and send it again."),
        "macros": N_("The file holds macros: save it as .xlsx without macros."),
        "external_links": N_("The file takes values from other files: paste them as values and save it again."),
        "bomb": N_("The file unpacks to far more than a sheet holds."),
        "damaged": N_("The file is damaged: open it in Excel or WPS and save it again."),
        "merged_header": N_("The heading cells %(range)s are merged: split them, with one heading in each column."),
        "merged_cells": N_("The cells %(range)s are merged: split them and fill each of them."),
        "duplicate_header": N_("The heading “%(header)s” stands over the columns %(first)s and %(second)s."),
        "encoding": N_("The characters of the file can't be read: save it as .xlsx, or as CSV in UTF-8."),
        "quotes": N_("A quotation mark is not closed; the trouble begins in line %(line)s or after it."),
        "extra_cells": N_(
            "Line %(line)s has more cells than there are headings: a text with a comma needs quotation marks."
        ),
    }
