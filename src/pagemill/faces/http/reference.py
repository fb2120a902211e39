"""The API's own description for people: a page made from the OpenAPI schema, without a script or a foreign server."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

_STYLE = "body{font:16px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}h2{font:600 1rem monospace}"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

router = APIRouter()


@router.get("/docs", include_in_schema=False, response_class=HTMLResponse)
async def docs(request: Request) -> HTMLResponse:
    """Every request the API takes; /openapi.json has the details."""
    schema = request.app.openapi()
    routes = "".join(
        _route(method, path, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    )
    intro = "".join(f"<p>{escape(part)}</p>" for part in schema["info"]["description"].split("\n\n"))
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pagemill API</title><style>{_STYLE}</style>'
    link = '<p>In full, for machines: <a href="/openapi.json">/openapi.json</a>.</p>'
    return HTMLResponse(
        f"{head}<h1>Pagemill API</h1>{intro}{link}{routes}</html>", headers={"Content-Security-Policy": _POLICY}
    )


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    lines = "".join(f"<p>{escape(part)}</p>" for part in operation.get("description", "").split("\n\n") if part)
    parameters = "".join(_parameter(parameter) for parameter in operation.get("parameters", ()))
    answers = ", ".join(escape(status) for status in operation["responses"])
    return f"<h2>{method.upper()} {escape(path)}</h2>{lines}<ul>{parameters}</ul><p>Answers: {answers}</p>"


def _parameter(parameter: dict[str, Any]) -> str:
    described = escape(parameter.get("description") or parameter["schema"].get("description", ""))
    return f"<li><code>{escape(parameter['name'])}</code> ({parameter['in']}) {described}</li>"
