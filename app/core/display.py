"""What a browser remembers of how its reader wants pages shown; the language's cookie is `i18n.LOCALE_COOKIE`."""

TEXT_COOKIE = "hall_text"
