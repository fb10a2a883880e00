"""What gunicorn serves: `gunicorn wsgi:app`."""

from smartdrive import create_app

app = create_app()
