"""The portal's settings in test mode; processes that a test starts get their own."""

import os

os.environ["PORTAL_MODE"] = "test"
# The browser's driver leaves an event loop running in the thread of the tests, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from cdc_portal.settings import *  # noqa: F403
from cdc_portal.settings import DATABASES, TEMPLATES
from tests.strict import UndefinedVariable

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()

# A thread of the live server stays as long as the browser's connection; what it keeps open keeps PostgreSQL from
# dropping the database of the tests.
DATABASES["default"]["CONN_MAX_AGE"] = 0
