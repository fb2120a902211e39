"""What FastAPI cannot see by itself: bodies that are streamed, the options, and every problem a route may answer with."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from pagemill.domain.options import MOST_SECONDS_KEPT, Options
from pagemill.faces.http.base64_source import SubmitBody
from pagemill.faces.http.problems import PROBLEM_TYPE
from pagemill.faces.http.schemas import ProblemBody
from pagemill.faces.http.selection import BulkBody

DESCRIPTION = """Documents in, layout segments, Markdown, HTML and chunks out. Submit a file, wait for its task, read its result.

Errors are RFC 9457 problems; `code` is stable, `hint` says what to do. Times are RFC 3339, UTC."""

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """Documents these statuses as problems."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {status: {"description": _REASONS[status], "content": content} for status in statuses}


_REASONS = {
    400: "The body was cut off.",
    401: "A key is needed.",
    403: "The key has not the scope that this needs; or, without keys, the request comes from a foreign page.",
    404: "There is nothing here.",
    406: "The result has no such form.",
    408: "The body came too slowly.",
    409: "There is no result (yet); or the idempotency key was used for another request.",
    413: "The file is too large.",
    415: "This kind of file is not supported.",
    416: "The range lies beyond the end.",
    422: "The request, its options or its file is not valid.",
    429: "The queue is full; Retry-After says when to come back.",
    503: "Storage cannot be reached, or the service is not ready.",
    507: "There is no room left.",
}
OPTIONS_REF = {"$ref": "#/components/schemas/Options"}
_TASK_HEADERS = {
    "Location": {"description": "Where the task is.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds until it is worth a look.", "schema": {"type": "integer"}},
}
COMMON = problems(401, 403, 422, 503)
NOT_FOUND = problems(404)
RERUN: Responses = {
    202: {"description": "The task as it is now: it runs again, or nothing had to change.", "headers": _TASK_HEADERS},
    **problems(404, 507),
}
_REPLAYED = {
    "Idempotent-Replayed": {
        "description": "`true` if an earlier request with this Idempotency-Key is answered.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
ACCEPTED: Responses = {
    202: {"description": "Accepted: the task is on disk.", "headers": _TASK_HEADERS | _REPLAYED},
    **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503, 507),
}

_JSON_OBJECT = {"type": "object", "description": "Echoed; at most 16 KB.", "additionalProperties": True}
_PRIORITY = {"$ref": "#/components/schemas/Priority"}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "file_name": {"type": "string", "description": "Instead of the part's own name."},
        "options": OPTIONS_REF,
        "metadata": _JSON_OBJECT,
        "priority": _PRIORITY,
    },
}
_SECONDS_KEPT = {"type": "integer", "minimum": 1, "maximum": MOST_SECONDS_KEPT, "description": "Seconds."}
_FILE_FORM = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": _FORM["properties"]["file"],
        "file_name": _FORM["properties"]["file_name"],
        "expires_in": _SECONDS_KEPT,
    },
}


def _request_body(content: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": content}}


SUBMIT_BODY = _request_body(
    {
        "multipart/form-data": {
            "schema": _FORM,
            "encoding": {name: {"contentType": "application/json"} for name in ("options", "metadata")},
        },
        "application/json": {"schema": {"$ref": "#/components/schemas/SubmitBody"}},
    }
)
FILE_BODY = _request_body({"multipart/form-data": {"schema": _FILE_FORM}})
RAW_BODY = _request_body({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
BULK_BODY = _request_body({"application/json": {"schema": {"$ref": "#/components/schemas/BulkBody"}}})
DRAIN_BODY = {
    "requestBody": {
        "required": False,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "drain": {"type": "boolean", "default": True, "description": "False: take work again."}
                    },
                }
            }
        },
    }
}
_NAME = {"type": "string", "maxLength": 100}
KEY_BODY = _request_body(
    {
        "application/json": {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": _NAME,
                    "tenant": _NAME | {"description": "Without it, the caller's own."},
                    "scopes": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"$ref": "#/components/schemas/Scope"},
                        "default": ["read", "write"],
                    },
                    "expires_in": _SECONDS_KEPT,
                },
            }
        }
    }
)
CHANGE_BODY = _request_body(
    {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["options"],
                "additionalProperties": False,
                "properties": {"options": {"type": "object", "description": "See Options; null resets an option."}},
            }
        }
    }
)


def install_openapi(app: FastAPI) -> None:
    """Lets `app` describe itself completely; the description is made once, when it is first asked for."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            app.openapi_schema = _completed(schema)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    _, own = msgspec.json.schema_components([Options, SubmitBody, BulkBody], ref_template="#/components/schemas/{name}")
    own["SubmitBody"]["properties"]["options"] = OPTIONS_REF
    own["SubmitBody"]["properties"]["priority"] = {"anyOf": [_PRIORITY, {"type": "null"}], "default": None}
    own["SubmitBody"]["properties"]["metadata"] = _JSON_OBJECT
    components |= own
    components["TaskBody"]["properties"]["options"] = OPTIONS_REF
    components["ProblemBody"] = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    return schema
