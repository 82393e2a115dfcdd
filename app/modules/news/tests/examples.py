"""One of everything a page of the module can show."""

from uuid import UUID

from app.modules.news.categories import create_category
from app.modules.news.tests.desk import at_desk, published
from tenants.context import ZoneFacts
from tests.fixtures.world import Person, World


def make_examples(_world: World, zone: ZoneFacts, _person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    with at_desk(zone) as actor:
        category_id = create_category(actor, "news")  # its address is its name
    article_id = published(zone, category_id=category_id)
    return {"news_articles": article_id, "news_categories": category_id}
