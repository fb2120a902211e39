"""A client for a running service: plain HTTP, no server code."""

from pagemill.faces.client.async_client import AsyncClient
from pagemill.faces.client.async_task import AsyncTask
from pagemill.faces.client.client import Client
from pagemill.faces.client.errors import ClientError, Refused, TaskFailed, Timeout, Unreachable
from pagemill.faces.client.task import Task
from pagemill.faces.client.values import (
    BulkCount,
    Event,
    FailureGroup,
    Form,
    Key,
    NewKey,
    Node,
    Progress,
    RemoteFile,
    TaskError,
    Which,
    WhichOfMany,
)

__all__ = [
    "AsyncClient",
    "AsyncTask",
    "BulkCount",
    "Client",
    "ClientError",
    "Event",
    "FailureGroup",
    "Form",
    "Key",
    "NewKey",
    "Node",
    "Progress",
    "Refused",
    "RemoteFile",
    "Task",
    "TaskError",
    "TaskFailed",
    "Timeout",
    "Unreachable",
    "Which",
    "WhichOfMany",
]
