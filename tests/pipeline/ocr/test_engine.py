"""OpenVINO says nothing to anybody and the weights come from the installed wheel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pagemill.domain.errors import PagemillError
from pagemill.pipeline.ocr.engine import compile_model
from pagemill.pipeline.ocr.models import DETECTION, RECOGNITION, weights

PROGRAM = """
import sys
from pagemill.pipeline.ocr.engine import core, precision
core()
import openvino.tools.ovc
assert precision() in ("bf16", "f32")
print([name for name, module in sys.modules.items() if name.startswith(("openvino_telemetry", "rapidocr")) and module])
"""


def test_nothing_is_written_to_the_home_folder_and_no_telemetry_is_loaded(tmp_path):
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-B", "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [DETECTION, RECOGNITION])
def test_the_weights_are_installed(name):
    assert Path(weights(name)).stat().st_size > 1_000_000


def test_missing_weights_are_named_with_what_to_do():
    with pytest.raises(PagemillError, match=r"absent\.onnx") as caught:
        weights("absent.onnx")
    assert "rapidocr" in caught.value.hint


@pytest.mark.long
def test_a_child_keeps_to_one_thread_and_to_no_core():
    model = compile_model(weights(DETECTION))
    assert model.get_property("INFERENCE_NUM_THREADS") == 1
    assert model.get_property("ENABLE_CPU_PINNING") is False
