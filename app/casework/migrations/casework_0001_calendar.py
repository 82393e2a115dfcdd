"""Years of the working-day calendar as the city noted them.

Revision ID: casework_0001
"""

from alembic import op

from tenants.policies import Rule, protect

revision = "casework_0001"
down_revision = None
branch_labels = ("casework",)
depends_on = "0001_foundation"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE calendar_years (
            year integer PRIMARY KEY CHECK (year BETWEEN 2000 AND 2199),
            source text NOT NULL CHECK (source <> ''),
            days_off date[] NOT NULL,
            make_up_workdays date[] NOT NULL
        )
    """)
    seen = Rule(read="true")
    protect("calendar_years", member=seen, staff=seen, identity=seen, worker=seen, city=Rule(all="true"))


def downgrade() -> None:
    op.execute("DROP TABLE calendar_years")
