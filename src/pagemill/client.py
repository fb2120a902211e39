"""`from pagemill.client import Client`: a client for a running service, without server code or parsers."""

from pagemill.faces.client import *  # noqa: F403
