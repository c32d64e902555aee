"""A run's folder: its settings, its encoder, and where each thing it makes lies."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modiste import __version__, config, files
from modiste.catalogue import Catalogue
from modiste.config import check_positive
from modiste.errors import BadInput
from modiste.game.precision import FLOAT32
from modiste.models import family
from modiste.randomness import check_seed
from modiste.text import phrases
from modiste.text.phrases import Phrases, check_phrases
from modiste.text.read import Encoder, WordsEncoder, load_encoder


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a run, but for its family's own."""

    family: str
    """Name in `FAMILIES`."""
    preset: str
    """Which of the family's presets the settings came from."""
    images: int
    """Budget: real photos shown in all, over all sittings."""
    seed: int = 0
    """Of the first weights, the order, the noise, the descriptions and the mirroring."""
    ema_half_life_images: int = 40_000
    """Half-life of the averaged generator."""
    checkpoint_minutes: float = 5.0
    """Time between two checkpoints."""
    sheets: int = 60
    """How many sheets are drawn over the run: the frames of `learning.webp`."""
    catalogue: str = ""
    """Name of the catalogue's folder, and under it the SHA-256 of its manifest."""
    catalogue_sha256: str = ""
    """Of `catalogue.json`: a run goes on only with the data it began with."""
    image_count: int = 0
    """Photos in the training split."""
    encoder: str = WordsEncoder.kind
    """Kind of the encoder in `encoder.json`: `tfidf` or `words`."""
    precision: str = FLOAT32
    """In which the networks compute, see `precision.py`; the same in every sitting that asks for no other."""
    start_sha256: str = ""
    """Of the weights that the run began with; empty if it began with none."""
    images_per_second: tuple[float, ...] = ()
    """Of a growing run: what was measured at each size when its plan was made."""
    memory: tuple[int, ...] = ()
    """The same: bytes that a step takes."""

    def __post_init__(self) -> None:
        family(self.family)
        for name in ("images_per_second", "memory"):  # lists where they come from JSON
            object.__setattr__(self, name, tuple(getattr(self, name)))
        check_seed(self.seed)
        for name in ("images", "ema_half_life_images", "checkpoint_minutes", "sheets"):
            check_positive(name, getattr(self, name))


@dataclass(frozen=True)
class Run:
    """A run folder that was opened or just begun."""

    path: Path
    config: TrainConfig
    family_config: Any
    encoder: Encoder
    vocabulary: dict[str, list[str]]
    """Values of each attribute in the training split, most frequent first."""
    phrases: Phrases = field(default_factory=dict)
    """What its texts say of garments beyond attributes."""

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.path / "checkpoints"

    def check_learnt_from(self, catalogue: Catalogue, purpose: str, option: str) -> None:
        """BadInput, saying what the photos are for and by which option, if the run learnt from others."""
        if catalogue.sha256 != self.config.catalogue_sha256:
            raise BadInput(
                f"{purpose} the photos that a run learnt from, {catalogue.path} is another catalogue "
                f"than {self.config.catalogue}; give that one with {option}"
            )

    def save(self) -> None:
        """Writes `config.json`, `encoder.json` and, if there are any, `phrases.json`."""
        files.write_json(self.path / "encoder.json", self.encoder.to_json())
        if self.phrases:
            files.write_json(self.path / phrases.FILE, self.phrases)
        files.write_json(
            self.path / "config.json",
            {
                "format": "modiste-run",
                "version": 1,
                "modiste": __version__,
                "train": config.to_json(self.config),
                "family": config.to_json(self.family_config),
                "vocabulary": self.vocabulary,
            },
        )


def open_run(path: Path) -> Run:
    """Opens a run folder; BadInput if it is none."""
    if not (path / "config.json").is_file():
        raise BadInput(
            f"expected a run folder with config.json, found none in {path}; make one with modiste train"
        )
    value = files.read_json(path / "config.json")
    if value.get("format") != "modiste-run" or value.get("version") != 1:
        raise BadInput(
            f"expected a run of format version 1 in {path}, found {value.get('format')!r}; train it anew"
        )
    encoder = load_encoder(path / "encoder.json")
    # Runs from before there was a choice do not say it.
    train_config = config.from_json(TrainConfig, {"encoder": encoder.kind} | value["train"])
    family_config = config.from_json(family(train_config.family).config, value["family"])
    told = path / phrases.FILE  # runs from before there were phrases have none
    table = check_phrases(files.read_json(told), told) if told.is_file() else {}
    return Run(path, train_config, family_config, encoder, value["vocabulary"], table)
