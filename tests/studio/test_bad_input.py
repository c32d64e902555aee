"""Whatever a request holds, the answer is a picture or a sentence, never 500."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from modiste.studio import Studio
from studio.speaking import client_of, keep, plain

POSTS = ["read", "draw", "steer", "batch", "nearest", "kept", "history", "export"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
DESCRIPTION = st.text(max_size=60) | st.sampled_from(
    ["red shirt", "", "red " * 30_000, "a\0", "👗", "فستان", "é́"]
)
RECIPE = st.fixed_dictionaries(
    {
        "description": DESCRIPTION,
        "seed": st.integers(-1, 2**70) | st.sampled_from(["7", "-1", "\u0667", "1" * 5000]),
    },
    optional={
        "truncation": st.floats() | st.integers(-1, 2),
        "noise": st.lists(st.lists(ANYTHING, max_size=2), max_size=3) | st.just([["7", 1.0]]),
        "text": st.lists(st.lists(ANYTHING, max_size=2), max_size=3),
    },
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "recipe": RECIPE | ANYTHING,
        "recipes": st.lists(RECIPE, max_size=3) | ANYTHING,
        "kind": st.sampled_from(["nearby", "morph", "mixes", "fantasies", "colourways"]) | ANYTHING,
        "step": st.sampled_from(["small", "large"]) | ANYTHING,
        "count": st.sampled_from([0, 1, 2, 10_000, -1, 2**70]) | ANYTHING,
        "seed": st.integers(-1, 2**70) | ANYTHING,
        "description": DESCRIPTION | ANYTHING,
        "role": st.sampled_from(["colour", "size"]) | ANYTHING,
        "value": st.text(max_size=10),
        "starred": st.booleans() | ANYTHING,
        "board": st.text(max_size=80) | ANYTHING,
        "title": st.text(max_size=80) | ANYTHING,
        "ids": st.lists(st.sampled_from(["../../etc/passwd", "none.png", ""]), max_size=3) | ANYTHING,
    },
)


@pytest.fixture(scope="module")
def client(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_of(Studio.open(model_folder, tmp_path_factory.mktemp("bad") / "home"))


def check(client: TestClient, method: str, path: str, body: bytes) -> None:
    answer = client.request(method, path, content=body)
    assert answer.status_code < 500, (path, body[:200], answer.text)
    if answer.status_code >= 400:
        assert answer.status_code in (404, 413, 422), answer.text
        said = answer.json()["error"]
        assert len(said) < 600
        assert "\n" not in said


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(POSTS), FIELDS | ANYTHING)
def test_every_json_gets_an_answer(client: TestClient, path: str, value: Any) -> None:
    check(client, "POST", f"/api/{path}", json.dumps(value).encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(POSTS), st.binary(max_size=200))
def test_every_body_gets_an_answer(client: TestClient, path: str, body: bytes) -> None:
    check(client, "POST", f"/api/{path}", body)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(DESCRIPTION, st.sampled_from(["", "7", "-1", str(2**70), "x"])), max_size=3))
def test_every_table_gets_an_answer(client: TestClient, rows: list[tuple[str, str]]) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([("description", "seed"), *rows])
    check(client, "POST", "/api/batch", table.getvalue().encode())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(FIELDS | ANYTHING)
def test_every_change_of_a_kept_design_gets_an_answer(client: TestClient, value: Any) -> None:
    kept = client.get("/api/kept").json()["kept"] or [keep(client, plain())]
    body = json.dumps(value).encode("utf-8", "surrogatepass")
    check(client, "PATCH", f"/api/kept/{kept[0]['id']}", body)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"recipe":' * 20_000, b"1" * 5000, b"NaN", b"\xff\xfe", b""]
)
@pytest.mark.parametrize("path", POSTS)
def test_hostile_bodies_get_a_sentence(client: TestClient, path: str, body: bytes) -> None:
    assert client.post(f"/api/{path}", content=body).status_code == 422


def test_a_body_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/api/batch", content=b"description\n" + b"red shirt\n" * 500_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "a%00b", "none.png", "x" * 3000, "%ff"])
def test_a_path_in_a_name_leads_nowhere(client: TestClient, name: str) -> None:
    for method, path in (("GET", name), ("DELETE", name), ("PATCH", name), ("POST", f"{name}/restore")):
        answer = client.request(method, f"/api/kept/{path}", json={})
        assert answer.status_code in (404, 405), (method, answer.text)
    assert client.get(f"/{name}").status_code in (404, 405)


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (plain(""), "words"),
        (plain("red " * 25_000), "2,000 characters"),
        (plain("red\0shirt"), "NUL"),
        (plain() | {"seed": -1}, "seed must be from 0"),
        (plain() | {"seed": 2**70}, "seed must be from 0"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(
    client: TestClient, recipe: dict[str, Any], expected: str
) -> None:
    answer = client.post("/api/draw", json={"recipe": recipe})
    assert answer.status_code == 422
    assert expected in answer.json()["error"]


@pytest.mark.parametrize(
    "description",
    ["👗👠", "فستان أحمر", "e\u0301le\u0301", "\u202eshirt red", "\uff52\uff45\uff44 shirt"],
)
def test_any_writing_is_drawn(client: TestClient, description: str) -> None:
    assert client.post("/api/draw", json={"recipe": plain(description)}).status_code == 200
