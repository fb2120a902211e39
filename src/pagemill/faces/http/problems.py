"""Every error as an RFC 9457 problem, with the same codes that tasks carry."""

from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from pagemill.domain.errors import CATALOGUE, PagemillError, Problem, RequestError

PROBLEM_TYPE = "application/problem+json"
RETRY_SECONDS = {"storage_unavailable": 2.0, "storage_full": 60.0}
"""What Retry-After says where the error itself does not know."""

_CODES_BY_STATUS = {404: "not_found", 405: "method_not_allowed"}
log = structlog.get_logger("pagemill.http")


def problem_body(code: str, message: str, hint: str = "", page: int = 0) -> dict[str, Any]:
    """The members that every problem has; `page` only if one is to blame."""
    entry = CATALOGUE[code]
    body: dict[str, Any] = {
        "type": f"urn:pagemill:error:{code}",
        "title": entry.title,
        "status": entry.status,
        "detail": message,
        "code": code,
        "hint": hint or entry.hint,
    }
    return body | {"page": page} if page else body


def task_problem(problem: Problem) -> dict[str, Any]:
    """The error of a task, as its JSON shows it: the same members, and the evidence."""
    body = problem_body(problem.code, problem.message, problem.hint, problem.page)
    if problem.evidence is not None:
        body["evidence"] = msgspec.to_builtins(problem.evidence)
    return body


def problem_response(
    request: Request, error: PagemillError, status: int = 0, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """The answer that tells of this error; `status` if it is not the code's own."""
    body = problem_body(error.code, error.message, error.hint, error.page)
    body |= {
        "status": status or body["status"],
        "instance": request.url.path,
        "request_id": request_id(request),
        **more,
    }
    retry_after = getattr(error, "retry_after", None) or RETRY_SECONDS.get(error.code)
    answer_headers = dict(headers or {})
    if retry_after:
        body["retry_after"] = max(1, round(retry_after))
        answer_headers["Retry-After"] = str(body["retry_after"])
    if error.code == "unauthorized":
        answer_headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(body), body["status"], answer_headers, PROBLEM_TYPE)


def request_id(request: Request) -> str:
    """The id that the middleware gave this request."""
    return str(request.scope.get("request_id", ""))


def install_problem_handlers(app: FastAPI) -> None:
    """Makes every error of `app` a problem."""
    app.add_exception_handler(PagemillError, _on_pagemill_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)


async def _on_pagemill_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, PagemillError):
        raise error
    if error.entry.status >= 500:
        log.warning("a request could not be served", code=error.code, what=str(error), path=request.url.path)
    return problem_response(request, error, headers=getattr(error, "headers", None))


async def _on_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # Only where and why: the value itself may be a secret.
    faults = [{"where": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors()]
    first = f"{faults[0]['where']}: {faults[0]['why']}" if faults else ""
    return problem_response(request, RequestError(f"The request is not valid: {first}"), errors=faults)


async def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = _CODES_BY_STATUS.get(error.status_code, "invalid_request")
    message = f"{request.method} {request.url.path}: {error.detail}"
    headers = dict(error.headers or {})
    return problem_response(request, RequestError(message, code=code), error.status_code, headers)


async def _on_disconnect(request: Request, _: Exception) -> Response:
    return problem_response(request, RequestError(code="body_incomplete"))


def defect_response(request: Request, error: Exception) -> Response:
    """The answer to a request that met a mistake of ours: the traceback goes to the log, its reference to the sender."""
    log.error("a request failed", path=request.url.path, reference=request_id(request), exc_info=error)
    message = f"Pagemill made a mistake; the reference number is {request_id(request)}"
    return problem_response(request, PagemillError(message))
