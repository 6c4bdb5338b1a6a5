"""The health ping: what it asks for, what it withstands, and what it never tells."""

import socket
import time
from collections.abc import Callable

import pytest

from tests.channels.server import Answer, hang, serving, status, trickle
from viperreport.channels.ping import SECONDS, host_of, ping

TOKEN = "canary-0b5e"  # noqa: S105 - stands where a secret would


def test_well_and_not_well() -> None:
    """The address itself, or /fail behind it; a GET without a body, a name or a figure."""
    with serving(status(200), f"/{TOKEN}") as service:
        assert ping(service.url, well=True) == ""
        assert service.once() == f"/{TOKEN}"
        assert ping(service.url, well=False) == ""
        assert service.once() == f"/{TOKEN}/fail"
        assert ping(f"{service.url}/", well=False) == ""
        assert service.once() == f"/{TOKEN}/fail"
        for request in service.requests:
            names = {line.partition(":")[0].lower() for line in request.splitlines()[1:] if line}
            assert names == {"host", "user-agent", "connection", "accept-encoding"}
            assert "User-Agent: viperreport\n" in request


@pytest.mark.parametrize(
    ("code", "words"), [(500, "it answered with status 500"), (404, "it answered with status 404")]
)
def test_a_refusal_is_told(code: int, words: str) -> None:
    """With the status, without the address."""
    with serving(status(code), f"/{TOKEN}") as service:
        assert ping(service.url, well=True) == words


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(code: int) -> None:
    """Whoever answers for the service cannot send the ping elsewhere."""
    with serving(status(200)) as elsewhere:
        with serving(status(code, Location=elsewhere.url), f"/{TOKEN}") as service:
            assert ping(service.url, well=True) == f"it answered with status {code}"
            assert service.once() == f"/{TOKEN}"
        assert elsewhere.heard == []


@pytest.mark.parametrize("slow", [hang, trickle])
def test_a_slow_service_is_given_up(slow: Callable[[float], Answer]) -> None:
    """After the time that it has in all, also where no single byte is long in coming."""
    assert SECONDS == 5
    with serving(slow(3)) as service:
        began = time.monotonic()
        assert ping(service.url, well=True, seconds=0.5) == "no answer within 0.5 s"
        assert time.monotonic() - began < 1


def test_nobody_there() -> None:
    """A refused connection, and a name that leads nowhere, are told in the system's words."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert ping(f"http://127.0.0.1:{port}/{TOKEN}", well=True) == "Connection refused"
    assert TOKEN not in ping(f"https://no.such.host.invalid/{TOKEN}", well=True)


def test_what_is_no_tls_is_not_spoken_to() -> None:
    """A service without TLS under https hears nothing of the address."""
    with serving(status(200)) as service:
        secure = service.url.replace("http:", "https:")
        why = ping(secure, well=True)
        assert "SSL" in why
        assert service.heard == []


def test_a_proxy_hears_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ping to this machine goes there, whatever proxy the environment names."""
    with serving(status(200)) as proxy, serving(status(200), f"/{TOKEN}") as service:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert ping(service.url, well=True) == ""
        assert (proxy.heard, service.heard) == ([], [f"/{TOKEN}"])


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"\0" * 100_000])
def test_nonsense_is_no_fault_of_the_program(answer: bytes) -> None:
    """Told by its kind, and none of it."""

    def send(request: object) -> None:
        request.wfile.write(answer)  # type: ignore[attr-defined]

    with serving(send, f"/{TOKEN}") as service:
        why = ping(service.url, well=True)
    assert why
    assert TOKEN not in why


def test_only_the_host_may_be_told() -> None:
    """Not the path, which is the secret."""
    assert host_of(f"https://hc.example:8443/{TOKEN}") == "hc.example"
