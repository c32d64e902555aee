"""`modiste doctor`: what is installed, what is missing, how fast this machine is."""

import re
import time
from collections.abc import Callable
from functools import partial
from importlib import metadata
from typing import Annotated, Any

import typer

TRAINED = (64, 128)
"""Sides at which the rate of training is measured."""


def doctor(json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False) -> None:
    """Say what is installed, what is missing, and how fast this machine is.

    Example: modiste doctor --json
    """
    report = examine()
    if json:
        from modiste.console import result

        result(report)
        return
    print(f"modiste {report['modiste']}, Python {report['python']}, {report['cores']} cores")
    for extra, found in report["packages"].items():
        missing = [name for name, version in found.items() if version is None]
        here = ", ".join(f"{name} {version}" for name, version in found.items() if version)
        print(f"{extra or 'base'}: {here or 'nothing installed'}")
        if missing:
            print(f"  missing: {', '.join(missing)}; install with: {_install(extra)}")
    for name, value in report["speed"].items():
        print(f"{name}: {value}")


def examine() -> dict[str, Any]:
    """Versions by extra (None where missing), cores, and what was measured: GFLOP/s, pictures, training."""
    import os
    import platform

    from modiste import __version__

    packages: dict[str, dict[str, str | None]] = {}
    for requirement in metadata.requires("modiste") or []:
        name = re.match(r"[\w.-]+", requirement)
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
        if name and (extra is None or extra[1] != "dev"):
            packages.setdefault(extra[1] if extra else "", {})[name[0]] = _version(name[0])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    whole = {extra: bool(found) and None not in found.values() for extra, found in packages.items()}
    measured = [_picture, _matrix_product] if whole.get("") else []
    measured += [_torch_speed, _training] if whole.get("train") else []
    speed: dict[str, Any] = {}
    for measure in measured:
        try:
            speed |= measure()
        except Exception as error:  # what is broken is what a doctor is asked for
            speed[f"{measure.__name__.strip('_')}_failed"] = f"{type(error).__name__}: {error}"
    return {
        "modiste": __version__,
        "python": platform.python_version(),
        "cores": cores,
        "packages": packages,
        "install": {extra: _install(extra) for extra, found in packages.items() if None in found.values()},
        "speed": speed,
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _install(extra: str) -> str:
    what = f'".[{extra}]"' if extra else "--force-reinstall ."
    return f"pip install {what} in modiste's folder"


def _picture() -> dict[str, Any]:
    """Milliseconds in which the bundled model draws one picture, from words to pixels."""
    from modiste.design import DesignModel, bundled_models, find_model

    if not bundled_models():
        return {}
    model = DesignModel.open(find_model(None))
    seconds = _quickest(lambda: list(model.draw(["navy blue shirt for men"], [0])))
    return {f"picture_{model.size}x{model.size}_milliseconds": round(seconds * 1000, 1)}


def _training() -> dict[str, Any]:
    """Images per second of the default family, as `modiste train` measures them for `--minutes`."""
    from modiste.console import notes
    from modiste.game.budget import measure_rate
    from modiste.game.device import find_device
    from modiste.game.precision import find_precision
    from modiste.memory import keep_large_blocks
    from modiste.models import DEFAULT_FAMILY, family

    keep_large_blocks()
    device, rates = find_device(None), {}
    precision = find_precision(None, device)
    for size in TRAINED:
        notes.print(f"training at {size}x{size} is measured")
        config = next(iter(family(DEFAULT_FAMILY).presets.values()))(size=size, text_dim=256)
        rate = measure_rate(DEFAULT_FAMILY, config, device, precision)
        rates[f"training_{size}x{size}_images_per_second"] = round(rate, 1)
    return rates


def _matrix_product() -> dict[str, Any]:
    import numpy as np

    left = np.ones((1024, 1024), np.float32)
    return {"matrix_product_gflops": _rate(lambda: left @ left, 2 * 1024**3)}


def _torch_speed() -> dict[str, Any]:
    import torch

    from modiste.game.precision import find_precision, quick_precisions

    rates = {}
    for name in quick_precisions():
        number = getattr(torch, name)
        image = torch.ones(16, 128, 32, 32, dtype=number).contiguous(memory_format=torch.channels_last)
        weight = torch.ones(128, 128, 3, 3, dtype=number).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            work = partial(torch.conv2d, image, weight, padding=1)
            rates[f"convolution_3x3_{name}_gflops"] = _rate(work, 2 * 128 * 128 * 9 * 32 * 32 * 16)
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
    return {
        **rates,
        "training_precision": find_precision(None, torch.device("cpu")),
        "torch_threads": torch.get_num_threads(),
        "gpu": gpu,
    }


def _rate(work: Callable[[], object], operations: int) -> float:
    """In GFLOP/s."""
    return round(operations / _quickest(work) / 1e9, 1)


def _quickest(work: Callable[[], object]) -> float:
    """Seconds of the quickest of several runs: the one that nothing disturbed."""
    work()
    seconds = []
    for _ in range(8):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)
