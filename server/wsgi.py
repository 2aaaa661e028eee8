"""The WSGI entry for a server of one's own choice: `gunicorn server.wsgi:app`."""

from server.app import create_app

app = create_app()
