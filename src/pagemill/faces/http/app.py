"""The app: every resource, one way of failing, one look."""

import asyncio

from fastapi import FastAPI

import pagemill
from pagemill.faces.http import (
    bulk,
    capabilities,
    events,
    files,
    health,
    keys,
    llms,
    nodes,
    reference,
    results,
    segments,
    stats,
    submit,
    tasks,
)
from pagemill.faces.http.base64_source import JSON_BODIES
from pagemill.faces.http.middleware import RequestContext
from pagemill.faces.http.openapi import install_openapi
from pagemill.faces.http.problems import install_problem_handlers
from pagemill.intake.service import Service

ROOMS = (
    submit,
    tasks,
    bulk,
    results,
    segments,
    files,
    events,
    stats,
    nodes,
    keys,
    health,
    capabilities,
    llms,
    reference,
)
"""In the order in which the description lists them."""


def create_app(service: Service) -> FastAPI:
    """The HTTP face of `service`. It starts and stops nothing: who made the service does."""
    app = FastAPI(
        title="Pagemill",
        version=pagemill.__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.service = service
    app.state.json_bodies = asyncio.Semaphore(JSON_BODIES)
    app.state.crops = asyncio.Semaphore(segments.CROPS)
    for room in ROOMS:
        app.include_router(room.router)
    install_problem_handlers(app)
    install_openapi(app)
    app.add_middleware(RequestContext)
    return app
