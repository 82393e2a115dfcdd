"""Unions are found by what distinguishes their names.

Revision ID: unions_0002
"""

import sqlalchemy as sa
from alembic import op

from app.unions.names import core

revision = "unions_0002"
down_revision = "unions_0001"
branch_labels = None
depends_on = None

UNIONS = sa.table("unions", sa.column("id", sa.Uuid), sa.column("name", sa.Text), sa.column("name_core", sa.Text))


def upgrade() -> None:
    op.execute("ALTER TABLE unions ADD COLUMN name_core text")
    connection = op.get_bind()
    named = connection.execute(sa.select(UNIONS.c.id, UNIONS.c.name)).all()
    if named:
        write = sa.update(UNIONS).where(UNIONS.c.id == sa.bindparam("of")).values(name_core=sa.bindparam("to"))
        connection.execute(write, [{"of": row.id, "to": core(row.name)} for row in named])
    op.execute("""
        ALTER TABLE unions ALTER COLUMN name_core SET NOT NULL;
        CREATE INDEX unions_name_core_idx ON unions (name_core);
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE unions DROP COLUMN name_core")
