"""The application: `create_app` puts the parts together and decides nothing itself."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

import server.models  # noqa: F401 - every table is known before the first query
from server.accounts import sessions
from server.accounts.limits import limiter
from server.accounts.organisation_routes import blueprint as organisation
from server.accounts.routes import blueprint as accounts
from server.config import Config
from server.core import health, problem_answers, security, static
from server.core.api import Api, StrictJSON
from server.core.database import db
from server.files import store
from server.files.routes import blueprint as files
from server.imports.routes import blueprint as imports
from server.openrosa.routes import blueprint as openrosa
from server.questionnaires.routes import blueprint as questionnaires
from server.rounds.routes import anonymous, rounds
from server.sync.routes import blueprint as sync


def create_app(config: Config | None = None) -> Flask:
    """Return the app for the configuration, by default the environment's."""
    chosen = config or Config.from_environment()
    app = Flask("server", static_folder=None)
    app.config.from_mapping(settings(chosen))
    app.json = StrictJSON(app)
    db.init_app(app)
    problem_answers.install(app)
    security.install(app)
    sessions.install(app)
    store.install(app, chosen)
    limiter.init_app(app)  # After the sessions: a limit may be by the person signed in.
    register_blueprints(app)
    static.install(app, chosen.static)
    Compress(app)
    if chosen.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign] # Flask's documented way
    return app


def settings(config: Config) -> dict[str, Any]:
    """Return Flask's and the extensions' settings."""
    return {
        "SECRET_KEY": config.secret,
        "PUBLIC_URL": config.public_url,
        "MINQING": config,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        # A statement's parameters are residents' data and belong in no log.
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config),
        "API_TITLE": "Minqing",
        "API_VERSION": version("minqing"),
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_MIMETYPES": ["application/json"],
        "COMPRESS_STREAMS": False,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_STRATEGY": "moving-window",
    }


def engine_options(config: Config) -> dict[str, Any]:
    """Return SQLAlchemy's: a connection for each thread, and none that has gone stale."""
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": config.threads, "max_overflow": 4}
    if not config.database_url.startswith("sqlite"):
        options["pool_pre_ping"] = True
    return options


def register_blueprints(app: Flask) -> None:
    """Register every domain's endpoints, and the OpenAPI document at /api/openapi.json."""
    api = Api(app)
    domains = (accounts, organisation, files, imports, questionnaires, sync, rounds, anonymous, openrosa)
    for blueprint in (health.blueprint, *domains):
        api.register_blueprint(blueprint)
