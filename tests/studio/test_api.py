import csv
import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from modiste.design import DesignModel, read_record
from modiste.design.recipe import Recipe
from modiste.studio import Studio
from studio.speaking import client_of, keep, plain


def pixels(data: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_the_page_and_its_modules_are_served_and_name_no_other_place(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    static = Path(__file__).parents[2] / "src" / "modiste" / "studio" / "static"
    for file in static.iterdir():
        text = client.get(f"/{file.name}").text
        assert file.read_text(encoding="utf-8") == text
        outside = [word for word in ("http://", "https://", "//cdn", "@import") if word in text]
        assert outside == [] or (file.suffix in (".svg", ".js") and "www.w3.org/2000/svg" in text), file


def test_a_drawn_picture_is_what_the_model_draws(client: TestClient, model: DesignModel) -> None:
    answer = client.post("/api/draw", json={"recipe": plain("red shirt", 7)})
    assert answer.headers["content-type"] == "image/png"
    assert np.array_equal(pixels(answer.content), model.draw(["red shirt"], [7])[0])


def test_a_seed_beyond_javascript_goes_there_and_back_exactly(client: TestClient, model: DesignModel) -> None:
    seed = 2**63 - 1
    kept = keep(client, plain("red shirt", seed))
    assert kept["recipe"]["seed"] == str(seed)
    assert np.array_equal(
        pixels(client.get(f"/api/kept/{kept['id']}").content), model.draw(["red shirt"], [seed])[0]
    )


def test_words_that_the_model_does_not_know_come_with_ones_it_does(client: TestClient) -> None:
    answer = client.post("/api/read", json={"description": "crimson shirt"}).json()
    kinds = {part["text"]: part for part in answer["segments"]}
    assert kinds["crimson"]["kind"] == "unknown"
    assert kinds["crimson"]["suggestions"] == ["red"]
    assert kinds["shirt"]["value"] == "Shirts"


def test_a_picker_changes_the_words(client: TestClient) -> None:
    wish = {"description": "blue shirt for men", "role": "gender", "value": "Women"}
    assert client.post("/api/read", json=wish).json()["description"] == "blue shirt for women"


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        ({"kind": "nearby", "recipe": plain(), "step": "small", "count": 12, "seed": "5"}, 12),
        ({"kind": "morph", "recipes": [plain(), plain("blue dress", 8)], "count": 65}, 65),
        ({"kind": "mixes", "recipes": [plain(), plain("blue dress", 8)], "count": 6, "seed": 5}, 6),
        ({"kind": "colourways", "recipe": plain("blue shirt"), "count": 24}, 1),
        ({"kind": "fantasies", "recipe": plain("red shirt for men"), "count": 12, "seed": 1}, 3),
    ],
)
def test_steering_gives_recipes_that_can_be_drawn_and_kept(
    client: TestClient, wish: dict[str, Any], count: int
) -> None:
    recipes = client.post("/api/steer", json=wish).json()["recipes"]
    assert len(recipes) == count
    middle = recipes[count // 2]
    drawn = client.post("/api/draw", json={"recipe": middle})
    kept = keep(client, middle)
    assert kept["recipe"] == middle
    assert np.array_equal(pixels(drawn.content), pixels(client.get(f"/api/kept/{kept['id']}").content))


@pytest.mark.parametrize("said", ["red shirt, navy", "red", "crimson thing"])
def test_words_that_leave_nothing_open_are_not_filled_in(client: TestClient, said: str) -> None:
    wish = {"kind": "fantasies", "recipe": plain(said), "count": 12, "seed": 1}
    answer = client.post("/api/steer", json=wish)
    assert answer.status_code == 422
    assert "name a garment" in answer.text


def test_one_design_is_exported_as_png_with_its_recipe(client: TestClient, tmp_path: Path) -> None:
    answer = client.post("/api/export", json={"recipes": [plain("red shirt", 3, truncation=0.5)]})
    (tmp_path / "one.png").write_bytes(answer.content)
    assert Recipe.from_json(read_record(tmp_path / "one.png")).truncation == 0.5


def test_several_designs_are_exported_as_zip_with_a_table(client: TestClient, model: DesignModel) -> None:
    kept = [keep(client, plain("red shirt", seed)) for seed in (1, 2)]
    for body in (
        {"recipes": [plain("red shirt", 1), plain("red shirt", 2)]},
        {"ids": [one["id"] for one in kept]},
    ):
        archive = zipfile.ZipFile(io.BytesIO(client.post("/api/export", json=body).content))
        rows = list(csv.DictReader(io.StringIO(archive.read("recipes.csv").decode())))
        assert [row["seed"] for row in rows] == ["1", "2"]
        second = pixels(archive.read(rows[1]["file"]))
        assert np.array_equal(second, model.draw(["red shirt"], [2])[0])


def test_a_table_becomes_a_sheet(client: TestClient) -> None:
    answer = client.post(
        "/api/batch", content=b'description,seed\r\n"red shirt, casual",5\r\nblue dress,6\r\n'
    )
    assert answer.json()["recipes"] == [plain("red shirt, casual", 5), plain("blue dress", 6)]


def test_a_table_that_is_too_long_names_the_command_that_is_not(client: TestClient) -> None:
    answer = client.post("/api/batch", content=b"description\n" + b"red shirt\n" * 501)
    assert answer.status_code == 422
    assert "modiste design --prompts" in answer.json()["error"]


def test_the_card_is_the_models_own(client: TestClient, model_folder: Path) -> None:
    assert client.get("/api/card").text == (model_folder / "README.md").read_text(encoding="utf-8")


def test_the_history_is_newest_first(client: TestClient) -> None:
    for title in ("first", "second"):
        sheet = {"title": title, "recipes": [plain(), plain("blue dress", 2**60)]}
        assert client.post("/api/history", json=sheet).status_code == 204
    sheets = client.get("/api/history").json()["sheets"]
    assert [sheet["title"] for sheet in sheets] == ["second", "first"]
    assert sheets[0]["recipes"][1] == plain("blue dress", 2**60)


def test_without_run_and_thumbnails_it_says_so(client: TestClient) -> None:
    assert client.get("/api/state").json()["run"] is None
    assert "--run" in client.get("/api/game").json()["error"]
    assert client.get("/api/game").status_code == 404
    assert client.post("/api/nearest", json={"recipe": plain()}).status_code == 404
    assert client.get("/api/thumbnail/0").status_code == 404


def test_a_token_opens_the_page_once_and_then_lives_in_a_cookie(model_folder: Path, home: Path) -> None:
    client = client_of(Studio.open(model_folder, home), token="secret")
    client.base_url = "http://studio.example:7860"
    assert client.get("/api/state").status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    arrived = client.get("/?token=secret", follow_redirects=False)
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/")
    assert "HttpOnly" in arrived.headers["set-cookie"]
    assert client.get("/api/state").status_code == 200


def test_behind_a_proxy_that_speaks_tls_its_page_may_ask(model_folder: Path, home: Path) -> None:
    client = client_of(Studio.open(model_folder, home), token="secret")
    # The cookies of other programs on the host come with its own, in whatever form.
    headers = {"host": "studio.example", "cookie": 'prefs={"a":1}; a=b c; modiste_studio=secret'}
    asked = {"recipe": plain(), "starred": False}
    for origin, status in (("https://studio.example", 201), ("https://evil.example", 403)):
        answer = client.post("/api/kept", json=asked, headers=headers | {"origin": origin})
        assert answer.status_code == status


def test_a_card_that_is_a_link_out_of_the_folder_is_not_shown(
    model_folder: Path, home: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(model_folder, tmp_path / "model")
    (tmp_path / "secret").write_text("secret")
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to(tmp_path / "secret")
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if "README.md" not in line))
    assert client_of(Studio.open(folder, home)).get("/api/card").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:7860"},
        {"host": ""},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_foreign_hosts_and_pages_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/kept"), ("POST", "/api/kept")):
        answer = client.request(method, path, headers=headers, json={"recipe": plain(), "starred": False})
        assert answer.status_code == 403
        assert "studio" in answer.json()["error"]
    assert client.get("/api/kept").json()["kept"] == []


def test_its_own_page_may_ask(client: TestClient) -> None:
    for host in ("127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST"):
        headers = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
        assert client.get("/api/state", headers=headers).status_code == 200
