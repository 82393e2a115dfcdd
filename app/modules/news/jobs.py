"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import periodic
from app.modules.news import operations


@periodic(
    "news.publish_due", title=_("Publish articles whose time has come"), every=timedelta(minutes=1), module="news"
)
def publish_due() -> None:
    """Readers see a scheduled article from its time on even when this is late; here its state follows."""
    operations.publish_due()
