"""Whatever is sent: a picture or a sentence, no server error, and no picture that the document refuses."""

import base64
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modiste.serve.asked import FIELDS

PATH = "/v1/images/generations"
SENT = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
LIKELY = {
    "prompt": st.text(max_size=60)
    | st.sampled_from(["red shirt", "navy dress for women", "\u202eder", "e\u0301" * 9]),
    "n": st.integers(-1, 70),
    "seed": st.integers(-1, 2**64),
    "size": st.sampled_from(["32x32", "auto", "128x128", "0x0"]),
    "gender": st.sampled_from(["men", "Women", "Robots"]),
    "colour": st.sampled_from(["Red", "octarine"]),
    "response_format": st.sampled_from(["b64_json", "url"]),
    "stream": st.sampled_from([False, True, 0]),
}
BODIES = st.fixed_dictionaries({}, optional={
    name: st.one_of(LIKELY.get(name, st.none()), LIKELY.get(name, st.none()), JSON) for name in FIELDS
})  # fmt: skip


def sentence(answer: Any) -> str:
    message: str = answer.body["error"]["message"]
    assert answer.status == 422
    assert 10 < len(message) < 1000
    assert "\n" not in message
    assert "Traceback" not in message
    return message


def send(served: Any, body: bytes) -> Any:
    answer = served.ask("POST", PATH, body)
    if answer.status == 200:
        for picture in answer.body["data"]:
            assert base64.b64decode(picture["b64_json"]).startswith(b"\x89PNG")
    else:
        sentence(answer)
    return answer


@pytest.fixture(scope="module")
def request_schema(served: Any) -> jsonschema.Draft202012Validator:
    described = served.ask("GET", "/openapi.json").body
    schema = {"$ref": "#/components/schemas/Request", "components": described["components"]}
    return jsonschema.Draft202012Validator(schema)


@SENT
@given(body=BODIES | JSON)
def test_any_json_gets_a_picture_or_a_sentence(
    served: Any, request_schema: jsonschema.Draft202012Validator, body: Any
) -> None:
    if send(served, json.dumps(body).encode()).status == 200:
        request_schema.validate(body)


@SENT
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_get_a_sentence(served: Any, body: bytes) -> None:
    send(served, body)


@pytest.mark.parametrize(
    ("fields", "param", "expected"),
    [
        ({}, "prompt", "words"),
        ({"prompt": ""}, "prompt", "words"),
        ({"prompt": " \n\t"}, "prompt", "words"),
        ({"prompt": "a" * 100_000}, "prompt", "2,000 characters"),
        ({"prompt": "red\0shirt"}, "prompt", "NUL"),
        ({"prompt": "red \ud800"}, "prompt", "surrogate"),
        ({"prompt": ["red"]}, "prompt", "text"),
        ({"prompt": "red", "n": 0}, "n", "from 1 to 64"),
        ({"prompt": "red", "n": 10_000}, "n", "from 1 to 64"),
        ({"prompt": "red", "n": True}, "n", "from 1 to 64"),
        ({"prompt": "red", "n": 1.0}, "n", "from 1 to 64"),
        ({"prompt": "red", "seed": -1}, "seed", "from 0 to"),
        ({"prompt": "red", "seed": 2**70}, "seed", "from 0 to"),
        ({"prompt": "red", "seed": 2**63 - 1, "n": 2}, "seed", "from 0 to"),
        ({"prompt": "red", "size": "1024x1024"}, "size", "32x32"),
        ({"prompt": "red", "model": "../../etc/passwd"}, "model", "which this server draws with"),
        ({"prompt": "red", "style": "vivid"}, "style", "Casual"),
        ({"prompt": "red", "stream": 0}, "stream", "false"),
        ({"prompt": "red", "response_format": "url"}, "response_format", "b64_json"),
        ({"prompt": "red", "colr\ud800": "Red"}, "colr\ud800", "unknown field"),
    ],
)
def test_what_cannot_be_drawn_is_told_by_field(
    served: Any, fields: dict[str, Any], param: str, expected: str
) -> None:
    answer = served.generate(**fields)
    assert expected in sentence(answer)
    assert answer.body["error"]["param"] == param


@pytest.mark.parametrize(
    "prompt", ["👗 red", "قميص أحمر shirt", "\u202ered shirt", "re\u0301d shi\u0300rt", "../red"]
)
def test_strange_words_beside_known_ones_are_drawn(served: Any, prompt: str) -> None:
    answer = served.generate(prompt=prompt)
    assert answer.status == 200
    assert answer.body["data"][0]["revised_prompt"] == prompt


@pytest.mark.parametrize(
    "body",
    [
        b"", b"red shirt", b"\xff\xfe", b"[" * 100_000, b'{"n": ' + b"9" * 5000 + b"}", b'{"n": NaN}', b"[]",
        b"null", b'"red"', b'{"prompt": "red"',
    ],
)  # fmt: skip
def test_a_body_that_is_no_object_gets_a_sentence(served: Any, body: bytes) -> None:
    assert "JSON object" in sentence(served.ask("POST", PATH, body))


def test_a_giant_body_is_refused_before_it_is_read(served: Any) -> None:
    assert served.ask("POST", PATH, b" " * (2 << 20)).status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/models/..%2F..%2Fetc%2Fpasswd", 404),
        ("GET", "/v1/%00", 404),
        ("GET", PATH, 405),
    ],
)
def test_other_paths_and_methods_get_a_sentence(served: Any, method: str, path: str, status: int) -> None:
    answer = served.ask(method, path)
    assert answer.status == status
    assert answer.body["error"]["message"]
