import base64
import copy
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import openai
import pytest
from PIL import Image

from modiste.design import DesignModel, read_record
from modiste.record import ROLES
from modiste.serve import make_app
from modiste.serve.asked import FIELDS, MAX_PICTURES, ONLY
from modiste.text.read import MAX_CHARACTERS, WordsEncoder


def pixels(b64_json: str) -> Any:
    with Image.open(io.BytesIO(base64.b64decode(b64_json, validate=True))) as picture:
        return np.asarray(picture)


def test_the_official_client_draws_and_lists(served: Any, model: DesignModel) -> None:
    client = openai.OpenAI(base_url=served.url, api_key="unused")
    assert [entry.id for entry in client.models.list()] == [model.name]
    assert client.models.retrieve(model.name).owned_by == "modiste"
    drawn = client.images.generate(
        prompt="navy shirt", model=model.name, n=3, size="32x32", response_format="b64_json",  # type: ignore[call-overload]
        extra_body={"seed": 7, "gender": "men"},
    )  # fmt: skip
    expected = model.draw(["Men. navy shirt"] * 3, [7, 8, 9])
    assert np.array_equal([pixels(picture.b64_json) for picture in drawn.data], expected)
    assert drawn.data[0].revised_prompt == "Men. navy shirt"


def test_the_official_client_raises_its_own_errors_with_our_sentence(served: Any) -> None:
    client = openai.OpenAI(base_url=served.url, api_key="unused", max_retries=0)
    with pytest.raises(openai.UnprocessableEntityError, match="whole number from 1 to 64") as caught:
        client.images.generate(prompt="navy shirt", n=1000)
    assert caught.value.param == "n"
    with pytest.raises(openai.NotFoundError) as missing:
        client.models.retrieve("dall-e-3")
    assert missing.value.code == "model_not_found"


def test_a_picture_carries_its_recipe(served: Any, model: DesignModel, tmp_path: Path) -> None:
    data = served.generate(colour="red", article=" SHIRTS ", seed=5).body["data"][0]
    (tmp_path / "a.png").write_bytes(base64.b64decode(data["b64_json"]))
    record = read_record(tmp_path / "a.png")
    assert (record["description"], record["seed"]) == ("Red Shirts", 5)
    assert record["model_sha256"] == model.sha256
    assert data["revised_prompt"] == "Red Shirts"


def test_the_same_seed_draws_the_same_and_none_draws_new(served: Any) -> None:
    fixed = [served.generate(prompt="red dress", seed=2**63 - 1).body["data"] for _ in range(2)]
    assert fixed[0] == fixed[1]
    new = [served.generate(prompt="red dress").body["data"][0]["seed"] for _ in range(2)]
    assert new[0] != new[1]


def test_unknown_words_are_reported(served: Any) -> None:
    body = served.generate(prompt="crimson frock in red").body
    assert body["unknown_words"] == ["crimson", "frock"]
    assert body["heard_words"] == {}


def test_what_words_are_heard_as_is_reported(model: DesignModel, serve: Any) -> None:
    hearing = copy.copy(model)
    known = model.encoder.vocabulary
    hearing.encoder = WordsEncoder(known, [1.0] * len(known), {"crimson": {"red": 1.0}})
    with serve(make_app(hearing)) as served:
        body = served.generate(prompt="crimson shirt, frock").body
    assert body["heard_words"] == {"crimson": ["red"]}
    assert body["unknown_words"] == ["frock"]


def test_what_is_null_counts_as_left_out(served: Any) -> None:
    fields = dict.fromkeys(FIELDS) | {"prompt": "red shirt"}
    assert served.generate(**fields).status == 200


def document(served: Any) -> dict[str, Any]:
    value: dict[str, Any] = served.ask("GET", "/openapi.json").body
    return value


def check(described: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    """The answer's status is documented, and its body fits the schema that stands there."""
    response = operation["responses"][str(answer.status)]
    if "$ref" in response:
        response = described["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = response["content"]["application/json"]["schema"]
    jsonschema.validate(
        answer.body, {**schema, "components": described["components"]}, jsonschema.Draft202012Validator
    )
    for name, header in response.get("headers", {}).items():
        jsonschema.validate(answer.headers[name.lower()], header["schema"])


def test_answers_fit_the_document(served: Any, serve: Any, model: DesignModel) -> None:
    described = document(served)
    paths = described["paths"]
    generate = paths["/v1/images/generations"]["post"]
    for fields in ({"prompt": "red shirt", "n": 2}, {"prompt": ""}, {"n": -1}, {"model": "other"}):
        check(described, generate, served.generate(**fields))
    check(described, generate, served.ask("POST", "/v1/images/generations", b" " * (2 << 20)))
    check(described, generate, served.ask("POST", "/v1/images/generations", b"", {"Host": "evil.example"}))
    check(described, paths["/v1/models"]["get"], served.ask("GET", "/v1/models"))
    for name in (model.name, "other", "..%2F..%2Fetc%2Fpasswd"):
        check(described, paths["/v1/models/{name}"]["get"], served.ask("GET", f"/v1/models/{name}"))
    check(described, paths["/healthz"]["get"], served.ask("GET", "/healthz"))
    with serve(make_app(model, token="secret", queue=1)) as guarded:
        body, key = b'{"prompt": "red", "n": 2}', {"Authorization": "Bearer secret"}
        for headers, status in (({}, 401), (key, 503)):
            answer = guarded.ask("POST", "/v1/images/generations", body, headers)
            assert answer.status == status
            check(described, generate, answer)


def test_the_document_names_every_route_field_and_limit(served: Any, model: DesignModel) -> None:
    described = document(served)
    routes = {route.path.replace(":path", ""): route.methods for route in make_app(model).routes}  # type: ignore[attr-defined]
    documented = {path: {name.upper() for name in item} for path, item in described["paths"].items()}
    assert {path: methods - {"HEAD"} for path, methods in routes.items()} == documented
    request = described["components"]["schemas"]["Request"]
    assert set(request["properties"]) == set(FIELDS)
    assert request["properties"]["n"]["maximum"] == MAX_PICTURES
    assert request["properties"]["prompt"]["maxLength"] == MAX_CHARACTERS
    for name, offered in ONLY.items():
        assert request["properties"][name]["enum"] == [*offered, None]
    assert set(described["components"]["schemas"]["Model"]["properties"]["attributes"]["required"]) == set(
        ROLES
    )
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert json.dumps(described).count("#/components/") > 20
