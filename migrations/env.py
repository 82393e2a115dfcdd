"""Runs migrations with the owner's login; every service and module brings its own branch."""

from alembic import context
from sqlalchemy import create_engine

import tenants.models  # noqa: F401  (fills the metadata that autogenerate compares with)
from tenants.database import Base

config = context.config


def run() -> None:
    engine = create_engine(config.attributes["url"])
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
