"""The two models that read a page: PP-OCRv6 small, Apache-2.0, as the `rapidocr` wheel carries them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pagemill.domain.errors import PagemillError
from pagemill.pipeline.ocr.engine import compile_model, core

Floats: TypeAlias = NDArray[np.float32]
Model: TypeAlias = Callable[[Floats], Floats]

DETECTION = "PP-OCRv6_det_small.onnx"
RECOGNITION = "PP-OCRv6_rec_small.onnx"


@dataclass(frozen=True)
class Models:
    """`detect` maps 1x3xHxW to text probabilities 1x1xHxW, `recognise` maps 1x3x48xW to probabilities 1xW/8xcharacters.

    `characters` names the classes of `recognise`; its first is CTC's blank, the empty string.
    """

    detect: Model
    recognise: Model
    characters: tuple[str, ...]


@cache
def models() -> Models:
    """The models, loaded once a process. Raises PagemillError if the weights are not installed."""
    recognition = core().read_model(weights(RECOGNITION))
    return Models(
        detect=_single_output(compile_model(weights(DETECTION))),
        recognise=_single_output(compile_model(recognition)),
        characters=_characters(recognition),
    )


def weights(name: str) -> Path:
    """Where the weights `name` are installed. Raises PagemillError if they are not."""
    spec = find_spec("rapidocr")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).with_name("models") / name
        if path.is_file():
            return path
    raise PagemillError(
        f"The weights {name} of the package `rapidocr` are not installed.",
        hint="Install Pagemill with its dependencies: rapidocr>=3.10,<4.",
    )


def _single_output(compiled: Any) -> Model:
    def run(batch: Floats) -> Floats:
        output: Floats = compiled(batch)[0]
        return output

    return run


def _characters(recognition: Any) -> tuple[str, ...]:
    """The classes: blank, the dictionary inside the model file, space."""
    dictionary: str = recognition.get_rt_info(["framework", "character"]).astype(str)
    return ("", *dictionary.split("\n"), " ")
