"""What gunicorn serves: `gunicorn wsgi:app`; also where `flask` finds its commands."""

import sys

from smartdrive import create_app
from smartdrive.ports.table import StoreTooNew, Unavailable
from smartdrive.settings import SettingsError

GIVE_UP = 3
"""gunicorn ends with a worker that ends so; any other it would replace without end, and a newer store stays newer."""

try:
    app = create_app()
except (SettingsError, StoreTooNew, Unavailable) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(GIVE_UP if isinstance(error, StoreTooNew) else 2)
