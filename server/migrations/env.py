"""Alembic's environment: it runs on the connection, and in the transaction, of `upgrade`."""

from __future__ import annotations

from alembic import context

import server.models  # noqa: F401 - every table is in the metadata
from server.core.database import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
