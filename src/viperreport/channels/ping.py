"""The health ping: a request after each run, by which somebody hears that runs fail or stop.

It tells that all is well or that it is not, and nothing else. Its address is a secret: no answer
here, no error and no log repeats more of it than the host. Source: "Being told" in
docs/operating.md.
"""

import ssl
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

SECONDS = 5.0  # for all of it: name, connection, answer
FAIL = "/fail"


def ping(url: str, *, well: bool, seconds: float = SECONDS) -> str:
    """Ask for an address, or when all is not well for the same with /fail.

    A thread asks, since neither the look-up of a name nor an answer that trickles in heeds a
    socket's time limit. It is given up after that time, and ends with the process.

    Args:
        url: https, or http on this machine; the settings have checked that.
        seconds: the most that it may take.

    Returns:
        Why it was not taken; empty where it was.
    """
    address = url if well else url.rstrip("/") + FAIL
    answers: list[str] = []
    asking = Thread(target=lambda: answers.append(_asked(address, seconds)), daemon=True)
    asking.start()
    asking.join(seconds)
    return answers[0] if answers else _silent(seconds)


def host_of(url: str) -> str:
    """The part of an address that may be told."""
    return urlsplit(url).hostname or "nowhere"


def _silent(seconds: float) -> str:
    return f"no answer within {seconds:g} s"


def _asked(address: str, seconds: float) -> str:
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    try:
        request = Request(address, headers={"User-Agent": "viperreport"})  # noqa: S310 - checked
        with _opener(address).open(request, timeout=seconds):
            return ""
    except HTTPError as error:
        error.close()
        return f"it answered with status {error.code}"
    except URLError as error:
        return _why(error.reason, seconds)
    except Exception as error:  # noqa: BLE001 - whatever it is, no run may fail by it
        return _why(error, seconds)


def _opener(address: str) -> "OpenerDirector":
    """No redirect is followed: it could lead off https. A proxy is used but on this machine."""
    from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

    class Unmoved(HTTPRedirectHandler):
        def redirect_request(self, *_args: object) -> None:
            return None

    proxies: dict[str, str] | None = {} if address.startswith("http:") else None
    return build_opener(Unmoved, ProxyHandler(proxies))


def _why(error: object, seconds: float) -> str:
    """What went wrong, in words that hold nothing of the address."""
    if isinstance(error, TimeoutError):
        return _silent(seconds)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
