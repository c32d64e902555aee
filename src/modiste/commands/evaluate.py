"""`modiste evaluate`: figures one can trust, for runs and models side by side."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Runs, model folders or bundled names, and last the catalogue.",
            metavar="RUN_OR_MODEL... CATALOGUE",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for report.html and metrics.json.")],
    pictures: Annotated[int, typer.Option(help="Most descriptions of each of about four sets.")] = 500,
    seed: Annotated[int, typer.Option(help="Seed of the noise and of every choice.")] = 0,
    judge: Annotated[
        Path | None, typer.Option(help="Folder of the judge, taught once a catalogue; without it OUT/judge.")
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(
            help="CSV of further descriptions: description, and group, plain, gender, colour, article."
        ),
    ] = None,
    inception: Annotated[
        Path | None, typer.Option(help="Folder with Inception-v3 weights: adds the standard FID.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Judge runs and models on a catalogue's held-out products: text, likeness, variety, novelty.

    The training photo whose text is nearest is always judged beside them.

    Example: modiste evaluate runs/first runs/second catalogue --out report
    """
    from modiste.console import notes, result
    from modiste.errors import BadInput
    from modiste.evaluate.evaluate import EvaluateConfig
    from modiste.evaluate.evaluate import evaluate as judge_all

    if len(paths) < 2:
        raise BadInput(
            "expected runs or models and last the catalogue: modiste evaluate RUN CATALOGUE --out REPORT"
        )
    config = EvaluateConfig(pictures, seed, judge, prompts, inception)
    metrics = judge_all(paths[:-1], paths[-1], out, config)
    if json:
        result(metrics)
        return
    for sentence in metrics["verdict"]:
        notes.print(f"- {sentence}")
    notes.print(f"report: {out / 'report.html'}   figures: {out / 'metrics.json'}")
