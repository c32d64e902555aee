"""What `modiste evaluate` does: everyone draws the same descriptions, and every picture is judged alike."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from modiste import files
from modiste.catalogue import Catalogue
from modiste.console import progress
from modiste.errors import BadInput
from modiste.evaluate.bench import Bench
from modiste.evaluate.contestants import Contestant, Retrieval, open_contestant
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.gallery import Gallery
from modiste.evaluate.inception import InceptionFeatures
from modiste.evaluate.judge import Judge
from modiste.evaluate.likeness import MIN_PICTURES
from modiste.evaluate.prompts import PromptSet, prompt_sets
from modiste.evaluate.report import write_report
from modiste.evaluate.teaching import open_judge
from modiste.evaluate.verdict import verdict
from modiste.evaluate.wording import few
from modiste.game.begin import FEWEST_ENLARGED
from modiste.machine import machine, versions

FEW_PHOTOS = 200
"""With fewer held-out photos a warning says so."""
UNKNOWN_LIMIT = 0.5
"""A model that never learnt more of the descriptions' words cannot be judged by them."""
MAX_SEED = 2**32 - 1
"""What scikit-learn takes."""
WRITTEN = {"judge", "metrics.json", "report.html"}
"""What an earlier evaluation left in its folder: it is written anew, but for the judge."""


@dataclass(frozen=True)
class EvaluateConfig:
    """How much is drawn, and what is given besides."""

    pictures: int = 500
    """Most descriptions of a set; about four sets are drawn."""
    seed: int = 0
    """Of the noise and of every choice."""
    judge: Path | None = None
    """Folder of the judge; none: inside the report's."""
    prompts: Path | None = None
    """CSV file of further descriptions."""
    inception: Path | None = None
    """Folder with Inception-v3 weights, for the standard FID."""

    def __post_init__(self) -> None:
        if self.pictures < MIN_PICTURES:
            raise BadInput(f"--pictures must be at least {MIN_PICTURES}, got {self.pictures}")
        if not 0 <= self.seed <= MAX_SEED:
            raise BadInput(f"--seed must be from 0 to {MAX_SEED}, got {self.seed}")


def evaluate(
    paths: Sequence[Path], catalogue_path: Path, out: Path, config: EvaluateConfig
) -> dict[str, Any]:
    """Judges runs and models side by side and writes `report.html` and `metrics.json` to `out`.

    Raises:
        BadInput: no model there, pictures of another size, a catalogue without held-out photos or without
            words for them, a model of another vocabulary, or `out` holds something.
    """
    catalogue = Catalogue.open(catalogue_path)
    prompts = prompt_sets(catalogue, config.pictures, config.seed, config.prompts)
    test = catalogue.split("test")
    if len(test) < MIN_PICTURES:
        raise BadInput(
            f"expected at least {MIN_PICTURES} held-out photos in {catalogue_path}, found {len(test)}; "
            "prepare it from more products"
        )
    described = max((len(each.rows) for each in prompts if each.split == "test"), default=0)
    if described < MIN_PICTURES:
        raise BadInput(
            f"expected at least {MIN_PICTURES} held-out photos with words in {catalogue_path}, found "
            f"{described}; prepare it with a table that describes them"
        )
    # Of fewer, recall would say nothing.
    prompts = [each for each in prompts if each.split != "test" or len(each.rows) >= MIN_PICTURES]
    contestants = _contestants(paths, catalogue)
    warnings = _warnings(contestants, prompts, catalogue)
    inception = InceptionFeatures(config.inception) if config.inception else None
    _report_folder(out)
    eyes = Eyes()
    judge, trained = open_judge(catalogue, eyes, config.judge or out / "judge", config.seed)
    judged_at = time.monotonic()
    bench = Bench(
        catalogue,
        judge,
        eyes,
        trained,
        prompts,
        pictures=config.pictures,
        seed=config.seed,
        inception=inception,
    )
    gallery = Gallery({}, {})
    figures = []
    with progress("pictures") as bar:
        task = bar.add_task("judging", total=len(contestants) * bench.pictures_each, note="")
        for contestant in contestants:
            bar.update(task, note=contestant.name)
            figures.append(bench.examine(contestant, gallery, lambda done: bar.advance(task, done)))
    metrics: dict[str, Any] = {
        "format": "modiste-evaluation",
        "version": 1,
        "date": time.strftime("%Y-%m-%d"),
        "seed": config.seed,
        "seconds": round(time.monotonic() - judged_at, 1),
        "machine": machine(),
        "versions": versions(),
        "features": eyes.name,
        "catalogue": _about_catalogue(catalogue),
        "warnings": [*warnings, *_not_judged(judge, prompts), *_enlarged(bench.lacking_details)],
        "left_out": _left_out(judge, prompts, contestants, config),
        "judge": judge.figures,
        "sets": {
            each.name: {
                "title": each.title,
                "descriptions": len(each.descriptions),
                "pictures": len(each.descriptions),
                "example": each.descriptions[0],
            }
            for each in prompts
        },
        "ceiling": bench.ceiling(),
        "contestants": figures,
        "reference": bench.reference(),
    }
    metrics["verdict"] = verdict(metrics)
    files.write_json(out / "metrics.json", metrics)
    write_report(out, metrics, gallery)
    return metrics


def _contestants(paths: Sequence[Path], catalogue: Catalogue) -> list[Contestant]:
    """The models that were named, and last the database search that none of them should be."""
    search = Retrieval(catalogue)
    named: list[Contestant] = []
    for path in paths:
        contestant = open_contestant(path, catalogue)
        taken = {other.name for other in (search, *named)}
        free = (f"{contestant.name} ({number})" for number in count(2))
        if contestant.name in taken:
            contestant.name = next(name for name in free if name not in taken)
        named.append(contestant)
    return [*named, search]


def _warnings(contestants: list[Contestant], prompts: list[PromptSet], catalogue: Catalogue) -> list[str]:
    """What makes the figures worth less.

    Raises:
        BadInput: a model knows less than half of the words that it is asked for.
    """
    found = []
    if (photos := len(catalogue.split("test"))) < FEW_PHOTOS:
        found.append(f"Only {photos} held-out photos: the intervals are wide and likeness is rough.")
    for contestant in contestants:
        share = contestant.unknown_share(prompts[0].descriptions)
        if share > UNKNOWN_LIMIT:
            raise BadInput(
                f"{contestant.name} never learnt {share:.0%} of the words that describe {catalogue.path}; "
                "evaluate it on the catalogue that it was trained on"
            )
        if share > UNKNOWN_LIMIT / 5:
            found.append(f"{contestant.name} never learnt {share:.0%} of the descriptions' words.")
        trained_on = contestant.about.get("catalogue")
        if trained_on and trained_on != catalogue.sha256:
            found.append(
                f"{contestant.name} was trained on another catalogue: "
                "it may have seen photos that are held out here."
            )
    return found


def _not_judged(judge: Judge, prompts: list[PromptSet]) -> list[str]:
    """What a file of prompts asks for and the judge was not taught."""
    records = [record for each in prompts if each.split is None for record in each.records]
    unknown = {
        f"{value} ({role})"
        for role in judge.attributes
        for record in records
        if (value := record.attribute(role)) and value not in judge.attributes[role]
    }
    if not unknown:
        return []
    return [f"The judge was not taught {few(sorted(unknown))}: where prompts ask for it, it is not counted."]


def _enlarged(share: float) -> list[str]:
    if share < FEWEST_ENLARGED:
        return []
    return [
        f"{share:.0%} of the held-out photos lack fine details, as enlarged ones do: "
        "what is drawn for these is judged without such, too."
    ]


def _left_out(
    judge: Judge, prompts: list[PromptSet], contestants: list[Contestant], config: EvaluateConfig
) -> dict[str, str]:
    left_out = {}
    if not judge.attributes:
        left_out["alignment"] = "the catalogue has no attributes that a judge could learn"
    if not any(each.name == "pairs" for each in prompts):
        left_out["pairs"] = "the catalogue holds out no pairs; prepare it with --hold-out colour,article"
    if not any(each.about.get("curves") for each in contestants):
        left_out["curves"] = "a model folder keeps no log of its game; name the run instead"
    if config.inception is None:
        left_out["FID"] = "no folder with Inception-v3 weights was given with --inception"
    return left_out


def _about_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "name": catalogue.path.resolve().name,
        "sha256": catalogue.sha256,
        "size": catalogue.size,
        **{name: len(catalogue.split(name)) for name in ("train", "test", "pairs")},
        "held_out_pairs": catalogue.manifest["held_out_pairs"],
    }


def _report_folder(path: Path) -> None:
    if path.is_file() or (path.is_dir() and {each.name for each in path.iterdir()} - WRITTEN):
        raise BadInput(f"a report folder must be new, empty or that of an earlier report, {path} is not")
    files.make_folder(path)
