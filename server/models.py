"""Imports every table, so that migrations and `create_all` see them."""

from server.accounts import models as accounts
from server.contacts import models as contacts
from server.diary import models as diary
from server.problems import models as problems
from server.sync import models as sync

__all__ = ["accounts", "contacts", "diary", "problems", "sync"]
