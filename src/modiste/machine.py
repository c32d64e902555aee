"""This machine in words, for whatever states a figure."""

import importlib.metadata
import os
import platform
from pathlib import Path

NAMED = ("modiste", "numpy", "onnxruntime", "torch", "torchmetrics", "scikit-learn")


def machine() -> str:
    """`2 cores of AMD EPYC 9R14, Linux`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return f"{cores} cores of {model}, {platform.system()}"


def versions() -> dict[str, str]:
    """Package -> version, of those that decide about figures and are installed; and Python's."""
    found = {"python": platform.python_version()}
    for name in NAMED:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
