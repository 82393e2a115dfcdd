"""A task waits for the case's next handler when whoever had it has no part in the case any more.

Revision ID: casework_0030
"""

from alembic import op

revision = "casework_0030"
down_revision = "casework_0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE case_tasks ALTER COLUMN assignee_id DROP NOT NULL,
            ADD CONSTRAINT case_tasks_assignee CHECK ((assignee_id IS NULL) = (assignee_name = ''));
        GRANT UPDATE (assignee_id, assignee_name) ON case_tasks TO hall_staff;
    """)


def downgrade() -> None:
    op.execute("""
        REVOKE UPDATE (assignee_id, assignee_name) ON case_tasks FROM hall_staff;
        ALTER TABLE case_tasks DROP CONSTRAINT case_tasks_assignee;
        DELETE FROM case_tasks WHERE assignee_id IS NULL;
        ALTER TABLE case_tasks ALTER COLUMN assignee_id SET NOT NULL;
    """)
