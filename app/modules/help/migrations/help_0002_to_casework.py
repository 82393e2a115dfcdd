"""Cases live in `app.casework` now; what was tried out in the tables before it is not carried over.

Revision ID: help_0002
"""

from pathlib import Path
from runpy import run_path

from alembic import op

revision = "help_0002"
down_revision = "help_0001"
branch_labels = None
depends_on = "casework_0002"


def upgrade() -> None:
    op.execute("DROP TABLE help_counters, help_events, help_documents, help_applications")


def downgrade() -> None:
    run_path(str(Path(__file__).with_name("help_0001_applications.py")))["upgrade"]()
