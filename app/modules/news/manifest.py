"""What the module is to the platform."""

from flask_babel import lazy_gettext as _

from app.core.modules import Block, Entry, Figure, Module, Permission
from app.modules.news.schemas import ArticlesBlockSettings, NewsSettings, NoticesBlockSettings

MODULE = Module(
    slug="news",
    title=_("News"),
    summary=_("Articles and notices of the union, with pictures, categories and publishing at a set time."),
    version="1.0",
    icon="news",
    settings=NewsSettings,
    permissions=(
        Permission("news.write", _("Write news"), roles=("zone_admin", "editor")),
        Permission("news.publish", _("Publish, pin and withdraw news"), roles=("zone_admin",)),
        Permission("news.share", _("Share the city's news with every zone"), roles=("zone_admin", "city_admin")),
    ),
    tab=Entry(_("News"), "news.index", "news"),
    entries=(Entry(_("News"), "news.index", "news"),),
    menu=(Entry(_("News"), "console_news.index", "news", permission="news.write"),),
    blocks=(
        Block("news.articles", _("Latest articles"), "app.modules.news.blocks:articles", ArticlesBlockSettings,
              template="articles", icon="news"),
        Block("news.notices", _("Notices"), "app.modules.news.blocks:notices", NoticesBlockSettings,
              template="notices", icon="megaphone"),
    ),
    figures=(
        Figure("news.published", _("Published articles"), "app.modules.news.desk:count_published",
               permission="news.write", endpoint="console_news.index"),
        Figure("news.drafts", _("Article drafts"), "app.modules.news.desk:count_drafts",
               permission="news.write", endpoint="console_news.index"),
    ),
    provision="app.modules.news.categories:found_usual_categories",
)  # fmt: skip
