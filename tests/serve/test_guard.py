from typing import Any

import openai
import pytest

from modiste.design import DesignModel
from modiste.serve import make_app


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::2]:1"]
)
@pytest.mark.parametrize("path", ["/v1/models", "/healthz", "/openapi.json"])
def test_a_foreign_name_for_this_machine_is_refused(served: Any, host: str, path: str) -> None:
    assert served.ask("GET", path, headers={"Host": host}).status == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machines_own_names_are_answered(served: Any, host: str) -> None:
    assert served.ask("GET", "/v1/models", headers={"Host": host}).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_a_page_of_another_site_is_refused(served: Any, origin: str) -> None:
    body = b'{"prompt": "red"}'
    answer = served.ask("POST", "/v1/images/generations", body, {"Origin": origin})
    assert answer.status == 403


def test_with_a_token_whoever_lacks_it_is_refused(serve: Any, model: DesignModel) -> None:
    with serve(make_app(model, token="sesame")) as served:
        for given in (
            None,
            "",
            "Bearer",
            "Bearer sesam",
            "Bearer sesame!",
            "Bearer s\u00e9same",
            "Basic sesame",
            "sesame",
        ):
            answer = served.ask("GET", "/v1/models", headers={"Authorization": given} if given else {})
            assert answer.status == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        key = {"Authorization": "bearer sesame", "Host": "studio.example"}
        assert served.ask("GET", "/v1/models", headers=key).status == 200
        assert served.ask("GET", "/healthz", headers={"Host": "10.0.0.7:80"}).status == 200


def test_the_official_client_brings_the_token_as_its_key(serve: Any, model: DesignModel) -> None:
    with serve(make_app(model, token="sesame")) as served:
        client = openai.OpenAI(base_url=served.url, api_key="sesame")
        assert client.images.generate(prompt="red shirt").data[0].b64_json
        with pytest.raises(openai.AuthenticationError):
            openai.OpenAI(base_url=served.url, api_key="other").models.list()
