"""Stories told from cases, and what the public reads of them.

Revision ID: casework_0020
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0020"
down_revision = "casework_0019"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_story_drafts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'asked', 'changes', 'agreed', 'declined', 'published', 'taken_back')),
    told_cipher bytea NOT NULL,
    text_hash bytea NOT NULL,
    wish_cipher bytea,
    consented_hash bytea,
    consented_at timestamptz,
    written_by uuid NOT NULL,
    published_by uuid,
    page_id uuid,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id),
    UNIQUE (zone_id, page_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    CONSTRAINT case_story_drafts_agreed CHECK (
        state NOT IN ('agreed', 'published') OR consented_hash IS NOT DISTINCT FROM text_hash),
    CONSTRAINT case_story_drafts_two_people CHECK (
        state <> 'published' OR (published_by IS NOT NULL AND published_by <> written_by)),
    CONSTRAINT case_story_drafts_published CHECK ((state = 'published') = (page_id IS NOT NULL))
);

CREATE TABLE case_story_pages (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    kind text NOT NULL CHECK (starts_with(kind, module || '.')),
    locale text NOT NULL CHECK (locale IN ('zh_CN', 'en')),
    title text NOT NULL CHECK (title <> ''),
    body text NOT NULL CHECK (body <> ''),
    outcome text NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES case_story_drafts (zone_id, page_id) ON DELETE CASCADE
);
CREATE INDEX case_story_pages_idx ON case_story_pages (zone_id, module, month DESC, id);
"""
MINE = f"{ZONE} AND {OWN}"
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = case_story_drafts.zone_id AND c.id = case_story_drafts.case_id)"""  # noqa: S608 - constants
OF_A_STORY = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM case_story_drafts d WHERE d.zone_id = case_story_pages.zone_id AND d.page_id = case_story_pages.id)"""  # noqa: S608 - constants


def upgrade() -> None:
    op.execute(TABLES)
    asked = f"{MINE} AND state <> 'draft'"
    protect("case_story_drafts",
            member=Rule(read=asked, update=asked,
                        update_columns="state, wish_cipher, consented_hash, consented_at, page_id"),
            staff=Rule(read=OF_A_CASE, insert=OF_A_CASE, update=OF_A_CASE,
                       update_columns="state, told_cipher, text_hash, written_by, published_by, page_id"),
            worker=Rule(all=ZONE))  # fmt: skip
    # Only the member agrees, and only staff publish.
    op.execute(
        f"ALTER POLICY hall_member_update ON case_story_drafts WITH CHECK ({MINE} AND state NOT IN ('draft', 'published'))"
    )
    op.execute(
        f"ALTER POLICY hall_staff_update ON case_story_drafts WITH CHECK ({OF_A_CASE} AND state IN ('draft', 'asked', 'published'))"
    )
    protect("case_story_pages", member=Rule(read=ZONE, delete=OF_A_STORY),
            staff=Rule(read=ZONE, insert=OF_A_STORY, delete=OF_A_STORY), worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE case_story_pages, case_story_drafts")
