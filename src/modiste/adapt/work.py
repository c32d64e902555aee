"""The folder of an adaptation: a run's folder, with the photos and their labels beside the run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modiste import files
from modiste.errors import BadInput
from modiste.game import checkpoint

FORMAT, VERSION = "modiste-adaptation", 1
ABOUT = "adaptation.json"


@dataclass(frozen=True)
class Work:
    """Where the parts of an adaptation lie."""

    out: Path

    @property
    def labels(self) -> Path:
        """What the photos show: proposed, and perhaps corrected."""
        return self.out / "labels.csv"

    @property
    def catalogue(self) -> Path:
        """The square photos with their labels."""
        return self.out / "catalogue"

    @property
    def metrics(self) -> Path:
        """The figures before and after."""
        return self.out / "metrics.json"

    @property
    def model(self) -> Path:
        """The result."""
        return self.out / "model"

    @property
    def prepared(self) -> bool:
        """Whether the photos were made square."""
        return (self.catalogue / "catalogue.json").is_file()

    @property
    def begun(self) -> bool:
        """Whether training has begun: from then on photos and labels stay as they are."""
        return checkpoint.any_in(self.out / "checkpoints")


def open_work(out: Path, settings: dict[str, Any]) -> Work:
    """Opens the folder of an adaptation, or begins one in a new or empty folder.

    Args:
        out: the folder.
        settings: what must be the same to go on: model, photos, square, seed.

    Raises:
        BadInput: `out` holds something else, or an adaptation with other settings.
    """
    about = out / ABOUT
    if about.is_file() and [path.name for path in out.iterdir()] == [ABOUT]:
        about.unlink()  # of a command that was refused: other settings may be given
    if not about.is_file():
        files.empty_folder(out, "the folder of an adaptation")
        files.write_json(about, {"format": FORMAT, "version": VERSION, **settings})
        return Work(out)
    value = files.read_json(about)
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
        raise BadInput(
            f"expected an adaptation of version {VERSION} in {out}, found another; name a new folder"
        )
    for name, asked in settings.items():
        if value.get(name) != asked:
            raise BadInput(
                f"{out} holds an adaptation with {name} {value.get(name)}, got {asked}; "
                "give the same to go on, or name a new folder with --out"
            )
    return Work(out)
