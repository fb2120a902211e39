"""What this service can do: formats, options, limits, engines."""

import shutil
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

import pagemill
from pagemill.domain.formats import FORMATS
from pagemill.domain.options import PIPELINE_VERSION, OcrEngine, Options
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ReadDep, ServiceDep
from pagemill.faces.http.tasks import json_answer
from pagemill.intake.service import Service

OFFICE_PROGRAM = "soffice"

router = APIRouter(tags=["health"], responses=openapi.COMMON)


class FormatBody(BaseModel):
    """A kind of file."""

    media_type: str
    name: str
    family: str
    suffixes: list[str]
    available: bool = Field(description="False if it needs LibreOffice and there is none.")


class Engines(BaseModel):
    """Programs and models that work is done with."""

    ocr: list[str]
    libreoffice: bool


class Capabilities(BaseModel):
    """What this service can do."""

    version: str
    pipeline: int = Field(description="Changes when the same file no longer gives the same result.")
    formats: list[FormatBody]
    engines: Engines
    limits: dict[str, int] = Field(description="Bytes, pages, megapixels, seconds, as the names say.")
    options: dict[str, Any] = Field(description="A JSON Schema.")


@router.get("/v1/capabilities", response_model=Capabilities)
async def capabilities(service: ServiceDep, _: ReadDep) -> Response:
    """Which files are read, with which options, and up to which limits."""
    office = shutil.which(OFFICE_PROGRAM) is not None
    body = {
        "version": pagemill.__version__,
        "pipeline": PIPELINE_VERSION,
        "formats": [_format(entry, office) for entry in FORMATS],
        "engines": {"ocr": [engine.value for engine in OcrEngine], "libreoffice": office},
        "limits": _limits(service),
        "options": msgspec.json.schema(Options),
    }
    return json_answer(body)


def _format(entry: Any, office: bool) -> dict[str, Any]:
    return {
        "media_type": entry.media_type,
        "name": entry.name,
        "family": entry.family,
        "suffixes": entry.suffixes,
        "available": office or not entry.needs_office,
    }


def _limits(service: Service) -> dict[str, int]:
    return msgspec.structs.asdict(service.limits) | {"max_queued": service.max_queued}
