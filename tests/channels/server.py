"""A service that takes pings: a real server on this machine, as well or as badly as one likes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answer:
    """Answer with a status."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def hang(seconds: float) -> Answer:
    """Answer nothing for a time."""
    return lambda _request: time.sleep(seconds)


def trickle(seconds: float) -> Answer:
    """Send a header a byte at a time, so that no single wait is long."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        until = time.monotonic() + seconds
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while time.monotonic() < until:
            request.wfile.write(b"x")
            time.sleep(0.1)

    return answer


@dataclass
class Service:
    """A service, the paths that it was asked for, and those requests with their headers."""

    url: str
    heard: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def once(self) -> str:
        """The one request since the last look."""
        (path,) = self.heard
        self.heard.clear()
        return path


@contextmanager
def serving(answer: Answer, path: str = "/token") -> Iterator[Service]:
    """Run a service within."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.heard.append(self.path)
            service.requests.append(f"{self.requestline}\n{self.headers}")
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has given up
                answer(self)

        def log_message(self, *_arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    service = Service(f"http://127.0.0.1:{server.server_port}{path}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
