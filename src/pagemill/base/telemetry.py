"""The log: lines for people on a terminal, JSON for machines elsewhere. Standard output stays free for results."""

import logging
import sys
from typing import Any

import structlog

SECRET_NAMES = frozenset({"password", "authorization", "api_key", "api_keys"})


def configure_logging(level: str = "info") -> None:
    """Sends structlog's lines, and those of libraries from `warning` up, to standard error."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(threshold, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s")
    _configure_lines(threshold)


def log_unless_configured() -> None:
    """Warnings go to standard error, unless the program that we are a guest of has its own way. Other logs are its own."""
    if not structlog.is_configured():
        _configure_lines(logging.WARNING)


def _configure_lines(threshold: int) -> None:
    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_secrets,
            *([] if people else [structlog.processors.format_exc_info]),
            # Not the fancy traceback: it shows local values, and a password may be among them.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if people
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def without_secrets(_logger: object, _method: str, line: Any) -> Any:
    """The line with every value hidden whose name says that it is a secret."""
    return {name: "hidden" if name in SECRET_NAMES else value for name, value in line.items()}
