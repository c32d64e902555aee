"""`modiste serve` as a process: how it starts, is refused, and ends."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "modiste", "serve", "--port", "0"]


def start(*words: str) -> tuple[subprocess.Popen[str], int, str]:
    """A running server, its port, and the line that named it."""
    process = subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    line = process.stderr.readline()
    found = re.search(r"http://[^/]*:(\d+)/v1", line)
    assert found, line + process.stderr.read()
    return process, int(found[1]), line


def post(port: int, body: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/v1/images/generations", body)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_sigterm_ends_it_cleanly_after_what_was_accepted(model_folder: Path) -> None:
    process, port, _ = start("--model", str(model_folder))
    answers: list[tuple[int, bytes]] = []
    body = json.dumps({"prompt": "red shirt", "n": 64})
    threads = [threading.Thread(target=lambda: answers.append(post(port, body))) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    while waiting(port) == 0 and time.monotonic() < deadline:
        pass
    process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    assert process.wait(60) == 0
    assert process.stderr
    assert process.stderr.read() == ""
    # A request whose connection was not accepted yet is refused; all that were accepted are whole.
    assert answers
    assert all(status == 200 and len(json.loads(text)["data"]) == 64 for status, text in answers)
    with pytest.raises(ConnectionRefusedError):
        post(port, body)


def waiting(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/healthz")
    return int(json.loads(connection.getresponse().read())["waiting"])


def test_ctrl_c_ends_it_without_a_traceback(model_folder: Path) -> None:
    process, _, _ = start("--model", str(model_folder))
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert process.stderr
    assert "Traceback" not in process.stderr.read()


def test_opened_wider_it_asks_for_the_token_it_printed(model_folder: Path) -> None:
    process, port, _ = start("--model", str(model_folder), "--host", "0.0.0.0")
    try:
        assert process.stderr
        token = re.search(r"token \(.*\): (\S{20,})$", process.stderr.readline().strip())
        assert token
        assert post(port, "{}")[0] == 401
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {token[1]}"})
        assert connection.getresponse().status == 200
    finally:
        process.terminate()
        process.wait(60)


def refusal(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, env=os.environ | environment, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith("modiste: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_an_address_that_is_taken_or_no_address_is_refused_in_a_line(model_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "--port" in refusal("--model", str(model_folder), "--port", port)
    assert "--host" in refusal("--model", str(model_folder), "--host", "a" * 300)


def test_a_token_that_no_header_can_carry_is_refused(model_folder: Path) -> None:
    assert "token" in refusal("--model", str(model_folder), MODISTE_TOKEN=" ")


def test_serving_leaves_training_libraries_unloaded() -> None:
    code = (
        "import sys, modiste.serve\n"
        "heavy = ['torch', 'sklearn', 'pyarrow', 'safetensors', 'onnx', 'scipy', 'pandas']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
