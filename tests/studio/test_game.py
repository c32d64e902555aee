import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from modiste.studio import Studio
from studio.speaking import client_of


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder as a training that is still writing leaves it."""
    folder = tmp_path / "run"
    (folder / "sheets").mkdir(parents=True)
    (folder / "config.json").write_text(
        json.dumps(
            {"format": "modiste-run", "train": {"family": "dcgan", "images": 1000, "image_count": 160}}
        )
    )
    entries = [
        {"step": step, "images_seen": 32 * step, "discriminator_loss": 0.3,
         "generator_loss": 2.0 + (step == 900), "hits_on_real": 0.9, "hits_on_fake": 0.8}
        for step in range(1, 1001)
    ]  # fmt: skip
    entries[10]["generator_loss"] = float("nan")
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    (folder / "log.jsonl").write_text(lines + '{"step": 1001, "images')
    for images in (0, 320):
        (folder / "sheets" / f"{images:09d}.png").write_bytes(b"sheet of %d" % images)
    (folder / "sheets" / "notes.png").write_bytes(b"")
    return folder


@pytest.fixture
def client(model_folder: Path, run: Path, tmp_path: Path) -> TestClient:
    return client_of(Studio.open(model_folder, tmp_path / "home", run))


def test_curves_are_thinned_and_free_of_what_is_no_number(client: TestClient) -> None:
    game = client.get("/api/game").json()
    assert game["article"]
    assert len(game["images"]) <= 400
    assert game["images"][-1] == 32_000
    assert set(map(len, game["curves"].values())) == {len(game["images"])}
    assert max(game["curves"]["generator_loss"]) < 2.5
    assert game["curves"]["hits_on_real"][3] == 0.9


def test_sheets_are_found_by_the_images_they_show(client: TestClient) -> None:
    assert client.get("/api/game").json()["sheets"] == [0, 320]
    assert client.get("/api/game/sheet/320").content == b"sheet of 320"
    assert client.get("/api/game/sheet/1").status_code == 422
    assert client.get("/api/game/sheet/notes").status_code == 404


def test_verdicts_come_with_the_sheets_that_have_them(client: TestClient, run: Path) -> None:
    assert client.get("/api/game").json()["verdicts"] == [None, None]
    assert client.get("/api/game/photos").status_code == 422
    said = {"photos": [{"description": "Men Blue Shirts", "real": 0.87}]}
    (run / "sheets" / "000000320.json").write_text(json.dumps(said))
    (run / "sheets" / "photos.png").write_bytes(b"photos")
    assert client.get("/api/game").json()["verdicts"] == [None, said]
    assert client.get("/api/game/photos").content == b"photos"
    assert client.get("/api/game").json()["sheets"] == [0, 320]


def test_a_run_that_has_just_begun_has_an_empty_game(client: TestClient, run: Path) -> None:
    (run / "log.jsonl").unlink()
    assert client.get("/api/game").json()["images"] == []
