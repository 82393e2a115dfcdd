"""What runs by the clock."""

from datetime import timedelta

from app.core.jobs import periodic
from app.modules.news import operations


@periodic("news.publish_due", every=timedelta(minutes=1), module="news")
def publish_due() -> None:
    """Readers see a scheduled article from its time on even when this is late; here its state follows."""
    operations.publish_due()
