"""The fixtures of the server's tests."""

from tests.server.conftest import app, config, org, sign_in

__all__ = ["app", "config", "org", "sign_in"]
