"""A client for a running service: plain HTTP, no server code."""

from pagemill.faces.client.client import Client, Form, RemoteTask
from pagemill.faces.client.errors import ClientError, Refused, Unreachable

__all__ = ["Client", "ClientError", "Form", "Refused", "RemoteTask", "Unreachable"]
