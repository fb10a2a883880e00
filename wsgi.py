"""What gunicorn serves: `gunicorn wsgi:app`; also where `flask` finds its commands."""

import sys

from smartdrive import create_app
from smartdrive.ports.table import StoreTooNew, Unavailable
from smartdrive.settings import SettingsError

try:
    app = create_app()
except (SettingsError, StoreTooNew, Unavailable) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
