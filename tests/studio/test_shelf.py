"""What is kept stays: after a restart, a kill, a full or read-only folder, and beside a second studio."""

import json
import os
import resource
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from starlette.testclient import TestClient

from modiste.design import design_command
from modiste.design.picture import read_pixels
from modiste.design.recipe import Recipe
from modiste.studio import Studio
from modiste.studio.history import History
from studio.speaking import client_of, keep, plain, running


@pytest.fixture
def again(model_folder: Path, home: Path) -> TestClient:
    """A studio that opens the folder without having seen what was done before."""
    return client_of(Studio.open(model_folder, home))


def kept(client: TestClient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/api/kept").json()["kept"]
    return found


def test_board_star_and_recipe_are_in_the_png_itself(
    client: TestClient, again: TestClient, home: Path
) -> None:
    one = keep(client, plain("red shirt", 3, truncation=0.4), board="Summer", starred=True)
    keep(client, plain("blue dress", 4))
    assert kept(again) == kept(client)
    moved = home / "kept" / "renamed.png"
    (home / "kept" / one["id"]).rename(moved)
    found = next(entry for entry in kept(again) if entry["id"] == "renamed.png")
    assert found == one | {"id": "renamed.png"}


def test_changing_board_and_star_keeps_pixels_and_time(client: TestClient, home: Path) -> None:
    one = keep(client, plain())
    before = read_pixels(home / "kept" / one["id"])
    answer = client.patch(f"/api/kept/{one['id']}", json={"board": "  Autumn   26 ", "starred": True})
    assert answer.json() == one | {"board": "Autumn 26", "starred": True}
    assert np.array_equal(read_pixels(home / "kept" / one["id"]), before)


def test_odd_pngs_are_no_kept_pictures_and_close_nothing(client: TestClient, home: Path) -> None:
    one = keep(client, plain())
    folder = home / "kept"
    data = (folder / one["id"]).read_bytes()
    (folder / os.fsdecode(b"\xe9t\xe9.png")).write_bytes(data)
    with Image.open(folder / one["id"]) as picture:
        record = json.loads(picture.info["modiste"])
        for number, odd in enumerate((
            {"model": "\ud800"}, {"model": float("nan")}, {"model_sha256": "\x1b]0;"}, {"size": None},
        )):  # fmt: skip
            text = PngInfo()
            text.add_text("modiste", json.dumps(record | odd))
            picture.save(folder / f"{number}.png", pnginfo=text)
    assert kept(client) == [one]
    (folder / "cut.png").write_bytes(data[: len(data) * 3 // 4])
    answer = client.patch("/api/kept/cut.png", json={"starred": True})
    assert answer.status_code in (404, 422), answer.text


def test_a_line_separator_in_a_title_loses_no_sheet(client: TestClient) -> None:
    title = "red shirt\u2028blue\x85dress"
    sheet = {"title": title, "recipes": [plain()]}
    assert client.post("/api/history", json=sheet).status_code == 204
    assert [found["title"] for found in client.get("/api/history").json()["sheets"]] == [title]


def test_what_is_deleted_can_be_brought_back_whole(client: TestClient, again: TestClient, home: Path) -> None:
    one = keep(client, plain(), board="Summer", starred=True)
    data = (home / "kept" / one["id"]).read_bytes()
    assert client.delete(f"/api/kept/{one['id']}").status_code == 204
    assert kept(again) == []
    assert client.delete(f"/api/kept/{one['id']}").status_code == 404
    assert again.post(f"/api/kept/{one['id']}/restore").json() == one
    assert (home / "kept" / one["id"]).read_bytes() == data
    assert again.post(f"/api/kept/{one['id']}/restore").status_code == 404


def test_pictures_of_modiste_design_can_be_laid_on_the_shelf(
    client: TestClient, model_folder: Path, home: Path
) -> None:
    design_command(
        "blue dress",
        model=str(model_folder),
        count=2,
        seed=5,
        out=home / "kept",
        prompts=None,
        like=None,
    )
    (home / "kept" / "other.png").write_bytes(b"no picture")
    (home / "kept" / ".half.png").write_bytes(b"what a kill left")
    assert sorted(str(entry["id"]) for entry in kept(client)) == ["blue-dress-5.png", "blue-dress-6.png"]


def test_two_studios_on_one_folder_see_each_other_and_lose_nothing(
    model_folder: Path, client: TestClient, home: Path
) -> None:
    with running("--model", model_folder, "--home", home) as (process, address):
        assert process.stderr
        assert "another studio has" in process.stderr.readline()
        body = json.dumps({"recipe": plain("red shirt", 1), "starred": False}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{address}api/kept", body)).read()
        keep(client, plain("red shirt", 2))
        theirs = json.load(urllib.request.urlopen(f"{address}api/kept"))
        assert theirs["kept"] == kept(client)
        assert len(theirs["kept"]) == 2
        assert theirs["notices"] == ["shared"]


def test_what_was_kept_survives_sigkill(model_folder: Path, home: Path, again: TestClient) -> None:
    with running("--model", model_folder, "--home", home) as (process, address):
        for seed in range(3):
            body = json.dumps({"recipe": plain("red shirt", seed), "starred": seed == 1}).encode()
            urllib.request.urlopen(urllib.request.Request(f"{address}api/kept", body)).read()
        sheet = json.dumps({"title": "red", "recipes": [plain("red shirt", 1)]}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{address}api/history", sheet)).read()
        process.kill()
        process.wait(30)
    assert [entry["starred"] for entry in kept(again)] == [False, True, False]
    with (home / "history.jsonl").open("a") as file:
        file.write('{"time": "2026-01-01", "title": "cut sho')
    again.post("/api/history", json={"title": "next", "recipes": [plain()]})
    assert [sheet["title"] for sheet in again.get("/api/history").json()["sheets"]] == ["next", "red"]


def test_a_sheet_that_is_shown_again_is_not_added_again(home: Path) -> None:
    sheets = [
        (title, [Recipe(((1, 0.6), (2, 0.8)), ((title, 0.5), ("bag", 0.5)))]) for title in ("red", "blue")
    ]
    for title, recipes in (*sheets, sheets[1]):
        History(home).add(title, recipes)
    history = History(home)
    for title, recipes in (sheets[1], sheets[0], sheets[0]):
        history.add(title, recipes)
    assert [sheet["title"] for sheet in history.newest()] == ["red", "blue", "red"]


@contextmanager
def full_disk() -> Iterator[None]:
    """Files may not grow beyond a hundred bytes: the system refuses as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_nothing_is_lost(client: TestClient, home: Path) -> None:
    one = keep(client, plain())
    data = (home / "kept" / one["id"]).read_bytes()
    with full_disk():
        for answer in (
            client.post("/api/kept", json={"recipe": plain("blue dress", 2), "starred": False}),
            client.patch(f"/api/kept/{one['id']}", json={"starred": True}),
            client.post("/api/history", json={"title": "t", "recipes": [plain()] * 9}),
        ):
            assert answer.status_code == 507
            assert str(home) in answer.json()["error"]
        exported = client.post("/api/export", json={"recipes": [plain()]})
        assert exported.status_code == 200
    assert [path.name for path in (home / "kept").iterdir()] == [one["id"]]
    assert (home / "kept" / one["id"]).read_bytes() == data
    keep(client, plain("blue dress", 2))


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's right to write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder_is_said_and_can_still_be_looked_at(model_folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        home = Path(name) / "home"
        client = client_of(Studio.open(model_folder, home))
        one = keep(client, plain())
        Path(name).chmod(0o755)
        for folder in (home / "kept", home):
            folder.chmod(0o555)
        with nobody():
            assert client.get("/api/state").json()["notices"] == ["readonly"]
            for answer in (
                client.post("/api/kept", json={"recipe": plain("blue dress", 2), "starred": False}),
                client.patch(f"/api/kept/{one['id']}", json={"starred": True}),
                client.delete(f"/api/kept/{one['id']}"),
                client.post("/api/history", json={"title": "t", "recipes": [plain()]}),
            ):
                assert answer.status_code == 507, answer.text
            assert kept(client) == [one]
        for folder in (home, home / "kept"):
            folder.chmod(0o755)
