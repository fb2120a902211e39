"""What the machine under the service has."""

import socket

import psutil

from pagemill.dispatch.machine import core_count, memory_available_bytes, memory_limit_bytes
from pagemill.domain.limits import MEBIBYTE
from pagemill.faces.cli.checks.check import Check, ok, problem

LEAST_MEMORY_BYTES = 1024 * MEBIBYTE


def cores() -> Check:
    """How many cores this process may use."""
    every = psutil.cpu_count() or core_count()
    return ok("cores", f"{core_count()} of {every}")


def memory() -> Check:
    """The memory that there is, and that is free; a control group may allow less than the machine has."""
    machine, limit = psutil.virtual_memory().total, memory_limit_bytes()
    allowed = "" if limit is None else f", {_gigabytes(limit)} of them allowed by the control group"
    detail = f"{_gigabytes(machine)}{allowed}; {_gigabytes(memory_available_bytes())} free"
    if min(machine, limit or machine) < LEAST_MEMORY_BYTES:
        return problem("memory", detail, "Give it at least 1 GB: a child that reads scans needs 0.7 to 1 GB.")
    return ok("memory", detail)


def port(host: str, number: int, *, serving: bool) -> Check:
    """Whether the service could listen there; `serving`: one runs on the data folder, and it may be the one that listens."""
    name = f"port {number}"
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, number), family=family):
            return ok(name, f"free on {host}")
    except OSError as error:
        if serving:
            return ok(name, "in use, as it should be while the service runs")
        return problem(name, f"{host}:{number}: {error.strerror}", "Name another with `pagemill serve --port`.")


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / MEBIBYTE:.1f} GB"
