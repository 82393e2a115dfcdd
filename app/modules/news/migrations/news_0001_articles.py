"""Categories, articles, pictures, and the copies the city shares.

Revision ID: news_0001
"""

from alembic import op

from tenants.paths import LABEL_WIDTH
from tenants.policies import ZONE, Rule, protect

revision = "news_0001"
down_revision = None
branch_labels = ("news",)
depends_on = "0001_foundation"

ZONE_TABLES = """
CREATE TABLE news_categories (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    name text NOT NULL,
    slug text COLLATE "C" NOT NULL,
    position integer NOT NULL DEFAULT 0,
    is_notice boolean NOT NULL DEFAULT false,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, slug),
    UNIQUE (zone_id, name),
    CONSTRAINT news_categories_name_check CHECK (name <> '' AND char_length(name) <= 20)
);

CREATE TABLE news_articles (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    category_id uuid,
    title text COLLATE "C" NOT NULL,
    summary text NOT NULL DEFAULT '',
    body_html text NOT NULL DEFAULT '',
    cover_file_id uuid,
    source text NOT NULL DEFAULT '',
    author text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'draft',
    publish_at timestamptz,
    pinned_until timestamptz,
    shared_down boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_by uuid,
    updated_by_name text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, category_id) REFERENCES news_categories (zone_id, id) ON DELETE SET NULL (category_id),
    FOREIGN KEY (zone_id, cover_file_id) REFERENCES files (zone_id, id),
    CONSTRAINT news_articles_title_check CHECK (title <> '' AND char_length(title) <= 120),
    CONSTRAINT news_articles_state_check CHECK (state IN ('draft', 'scheduled', 'published', 'withdrawn')),
    CONSTRAINT news_articles_publish_at_check CHECK (state = 'draft' OR publish_at IS NOT NULL),
    CONSTRAINT news_articles_shared_down_check CHECK (NOT shared_down OR state IN ('scheduled', 'published'))
);
CREATE INDEX news_articles_public_idx ON news_articles (zone_id, publish_at DESC, id DESC)
    WHERE state IN ('scheduled', 'published');
CREATE INDEX news_articles_category_idx ON news_articles (zone_id, category_id, publish_at DESC, id DESC)
    WHERE state IN ('scheduled', 'published');
CREATE INDEX news_articles_state_idx ON news_articles (zone_id, state, id DESC);
CREATE INDEX news_articles_title_idx ON news_articles (zone_id, title);

CREATE TABLE news_pictures (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    file_id uuid NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, article_id, file_id),
    FOREIGN KEY (zone_id, article_id) REFERENCES news_articles (zone_id, id) ON DELETE CASCADE,
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);

CREATE TABLE news_hidden_shares (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    hidden_by uuid,
    hidden_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id)
);
"""

SHARED_TABLE = """
CREATE TABLE news_shared_articles (
    id uuid PRIMARY KEY,
    origin_zone_id uuid NOT NULL REFERENCES zones (id),
    origin_union_path text COLLATE "C" NOT NULL,
    title text NOT NULL,
    summary text NOT NULL DEFAULT '',
    body_html text NOT NULL DEFAULT '',
    cover_file_id uuid,
    category_name text NOT NULL DEFAULT '',
    is_notice boolean NOT NULL DEFAULT false,
    source text NOT NULL DEFAULT '',
    author text NOT NULL DEFAULT '',
    publish_at timestamptz NOT NULL,
    file_ids uuid[] NOT NULL DEFAULT '{}'
);
CREATE INDEX news_shared_articles_time_idx ON news_shared_articles (publish_at DESC, id DESC);
"""

PATH = "nullif(current_setting('hall.path', true), '')"
PUBLIC = "state IN ('scheduled', 'published') AND publish_at <= now()"
ORIGIN = ZONE.replace("zone_id", "origin_zone_id", 1)
# Only a zone of the root union writes shared copies, and only for itself: the city's own.
CITY_ITSELF = f"{ORIGIN} AND origin_union_path = {PATH} AND length(origin_union_path) = {LABEL_WIDTH + 1}"
BELOW = f"publish_at <= now() AND left({PATH}, length(origin_union_path)) = origin_union_path"


def upgrade() -> None:
    op.execute(ZONE_TABLES)
    op.execute(SHARED_TABLE)
    everything = Rule(all=ZONE)
    protect("news_categories", member=Rule(read=ZONE), staff=everything, worker=everything)
    protect("news_articles", member=Rule(read=f"{ZONE} AND {PUBLIC}"), staff=everything, worker=everything)
    protect("news_pictures", staff=everything, worker=everything)
    protect("news_hidden_shares", member=Rule(read=ZONE), staff=everything, worker=everything)
    origin = Rule(read=f"({ORIGIN}) OR ({BELOW})", insert=CITY_ITSELF, update=CITY_ITSELF, delete=CITY_ITSELF)
    protect("news_shared_articles", member=Rule(read=BELOW), staff=origin, worker=origin)


def downgrade() -> None:
    op.execute("""
        DROP TABLE news_shared_articles, news_hidden_shares, news_pictures, news_articles, news_categories
    """)
