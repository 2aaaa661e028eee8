"""`python -m server.migrations.draft 0002 "Say what it does"`: a migration from the models.

It compares an empty database, upgraded to the present head, with the models. What it writes is a
draft, to be read and corrected.
"""

from __future__ import annotations

import sys
import tempfile

from alembic import command

from server.app import create_app
from server.config import Config
from server.core.database import db
from server.migrations import alembic_config, head, upgrade


def main(revision: str, message: str) -> None:
    """Write versions/<revision>_<message>.py."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_environment({"MINQING_DATA": folder}))
        with app.app_context():
            if head() != "None":
                upgrade()
            with db.engine.begin() as connection:
                command.revision(alembic_config(connection), message, autogenerate=True, rev_id=revision)
            db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
