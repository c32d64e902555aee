"""Pictures over HTTP, in the shape of the OpenAI image API, on `design` alone."""

from modiste.serve.app import make_app
from modiste.serve.command import serve_command

__all__ = ["make_app", "serve_command"]
