"""How much memory a step takes at each size, found out in a process of its own: running out kills it alone.

    python -m modiste.game.probe < {"family": ..., "config": ..., "device": ..., "precision": ...}

One image and two are played at each size, smallest first, and a line says what each took; more images are
extrapolated from these two.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from modiste.config import from_json, to_json
from modiste.game.budget import blank_batch
from modiste.game.loop import play
from modiste.game.precision import FLOAT32
from modiste.game.state import enter_stage, new_state
from modiste.models import family
from modiste.models.family import Stage

SPARE = 1.2
"""So many times what was extrapolated must be there: memory is used a little otherwise in each step."""
COUNTS = (1, 2)


@dataclass(frozen=True)
class Needs:
    """What a step at one size takes: bytes that are always needed, and bytes for each image."""

    fixed: int
    per_image: int

    def of(self, images: int) -> int:
        """Bytes for a step of so many images at once."""
        return self.fixed + self.per_image * images


def probe(
    family_name: str, config: Any, device: torch.device | str = "cpu", precision: str = FLOAT32
) -> list[Needs]:
    """What a step at each size of a growing family takes; sizes that ran out of memory are missing."""
    asked = {
        "family": family_name,
        "config": to_json(config),
        "device": str(device),
        "precision": precision,
    }
    done = subprocess.run(
        [sys.executable, "-m", "modiste.game.probe"], input=json.dumps(asked), capture_output=True, text=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    out_of_memory = done.returncode < 0 or "memory" in done.stderr
    if done.returncode and not out_of_memory:
        raise RuntimeError(f"probing the memory failed: {done.stderr[-2000:]}")
    return [Needs(max(0, 2 * one - two), max(0, two - one)) for one, two in lines]


def fitting(needs: Needs, images: int, room: int) -> int:
    """How many of a step's images may be in memory at once: all, half of them, …; 0 if not even one."""
    while images and needs.of(images) * SPARE > room:
        images //= 2
    return images


def room(device: torch.device | str = "cpu") -> int:
    """Bytes that this process may have in all on a device."""
    if torch.device(device).type == "cuda":
        return torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device)
    found = [_physical()]
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        if Path(limit).is_file() and (text := Path(limit).read_text().strip()).isdigit():
            found.append(int(text))
    return min(found)


def _physical() -> int:
    meminfo = Path("/proc/meminfo")
    if meminfo.is_file():
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024 + _peak_or_now("VmRSS")
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _peak_or_now(name: str) -> int:
    """Bytes of this process's memory: `VmHWM` at most so far, `VmRSS` now."""
    status = Path("/proc/self/status")
    if not status.is_file():  # no Linux
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines[name].split()[0]) * 1024


def _forget_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    elif sys.platform.startswith("linux"):
        if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
            trim(0)
        Path("/proc/self/clear_refs").write_text("5")


def _same(stage: Stage, _images_seen: int) -> Stage:
    return stage


def _measure(family_name: str, config: Any, device: torch.device, precision: str) -> None:
    growth = family(family_name).growth
    assert growth is not None
    state = new_state(family_name, config, seed=0, device=device, precision=precision)
    for stage in growth.stages(config):
        now = replace(stage, fade=0.5 if stage.size > 4 else 1.0, micro_batch=None)
        state.stages = partial(_same, now)
        enter_stage(state)
        play(state, blank_batch(config, now.size, 1, device), 1.0)  # the optimizers make their moments now
        took = []
        for count in COUNTS:
            _forget_peak(device)
            play(state, blank_batch(config, now.size, count, device), 1.0)
            most = torch.cuda.max_memory_reserved(device) if device.type == "cuda" else _peak_or_now("VmHWM")
            took.append(most)
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    given = json.load(sys.stdin)
    if Path("/proc/self/oom_score_adj").is_file():
        Path("/proc/self/oom_score_adj").write_text(
            "1000"
        )  # if memory runs out, this process is the one to go
    _measure(
        given["family"],
        from_json(family(given["family"]).config, given["config"]),
        torch.device(given["device"]),
        given["precision"],
    )
