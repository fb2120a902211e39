"""OpenVINO as Pagemill uses it: one thread, the CPU's own precision, and nothing said to anybody."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

# One stream on one thread: N children of one thread are faster than one child of N threads. Left alone, each would bind its
# thread to the first core, and N children would share that one.
_SINGLE_THREAD = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "PERFORMANCE_HINT": "LATENCY",
    "ENABLE_CPU_PINNING": False,
}


@cache
def core() -> Any:
    """The process's `openvino.Core`, without OpenVINO's telemetry.

    Importing `openvino` reports to its maker and writes to `~/intel`, unless `openvino_telemetry` cannot be imported:
    then it takes its own stub. So every room gets OpenVINO from here.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None is how an import is forbidden
    import openvino

    return openvino.Core()


@cache
def precision() -> str:
    """`bf16` where the CPU computes it natively (AVX-512 BF16, AMX, Arm BF16), else `f32`."""
    return "bf16" if "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def compile_model(model: Path | Any) -> Any:
    """A callable model for one thread of this CPU, from an ONNX file or an `openvino.Model`."""
    return core().compile_model(model, "CPU", _SINGLE_THREAD | {"INFERENCE_PRECISION_HINT": precision()})
