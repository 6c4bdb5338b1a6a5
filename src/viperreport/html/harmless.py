"""What HTML of ours must not hold: nothing that is fetched, run or sent.

A page of the index may lead to files beside it, and says by a policy that it fetches nothing.

Source: "Threats" in docs/decisions.md. Readers of mail are told of no server by opening one.
"""

import re
from html.parser import HTMLParser

_REFUSED = frozenset(
    "script iframe frame frameset object embed applet link base form input button textarea select"  # noqa: SIM905
    " img picture source audio video track svg math canvas portal".split()
)
_FETCHING = frozenset(
    "src srcset background poster data action formaction longdesc dynsrc lowsrc ping".split()  # noqa: SIM905
)
_STYLE = re.compile(r"url\s*\(|@import|expression\s*\(|image-set|\\", re.IGNORECASE)
_FOLLOWED = ("https://", "http://", "mailto:", "#")
_BESIDE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./%-]*(#.*)?")  # a file: no scheme, no host
_POLICY = "content-security-policy"


def harm_in(written: str) -> str:
    """What is wrong with a mail's HTML, in a few words; empty for nothing."""
    return _harm(_Reader(), written)


def harm_in_page(written: str) -> str:
    """What is wrong with a page of the index, in a few words; empty for nothing."""
    return _harm(_PageReader(), written)


def _harm(reader: "_Reader", written: str) -> str:
    reader.feed(written)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Keeps the first thing that a mail must not hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = ""
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and its attributes."""
        self._in_style = tag == "style"
        if tag in _REFUSED:
            self._note(f"<{tag}>")
        for name, value in attrs:
            if _is_harmful(tag, name, value or "") and not self.is_lawful(tag, name, attrs):
                self._note(f"<{tag} {name}>")

    def is_lawful(self, tag: str, name: str, attrs: list[tuple[str, str | None]]) -> bool:  # noqa: ARG002 - of a page
        """Whether an attribute may stand here that would be harm in a mail."""
        return False

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Look into a style sheet."""
        if self._in_style and _STYLE.search(data):
            self._note("<style> that fetches")

    def _note(self, what: str) -> None:
        self.found = self.found or what


class _PageReader(_Reader):
    """The same of a page, which has a policy and files beside it."""

    def is_lawful(self, tag: str, name: str, attrs: list[tuple[str, str | None]]) -> bool:
        """A link to a file beside the page, or the page's policy."""
        value = dict(attrs)[name] or ""
        if name == "http-equiv":
            return tag == "meta" and value.lower() == _POLICY
        return tag == "a" and name == "href" and _BESIDE.fullmatch(value) is not None


def _is_harmful(tag: str, name: str, value: str) -> bool:
    if name.startswith("on") or name in _FETCHING or name == "http-equiv":
        return True
    if name.endswith("href"):
        return tag != "a" or not value.strip().lower().startswith(_FOLLOWED)
    return name == "style" and _STYLE.search(value) is not None
