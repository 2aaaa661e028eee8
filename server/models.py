"""Imports every table, so that migrations and `create_all` see them."""

from server.accounts import models as accounts
from server.contacts import models as contacts
from server.diary import models as diary
from server.files import models as files
from server.problems import models as problems
from server.questionnaires import models as questionnaires
from server.sync import models as sync

__all__ = ["accounts", "contacts", "diary", "files", "problems", "questionnaires", "sync"]
