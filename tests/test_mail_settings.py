"""`[mail]`: a server, a sender and one operator, checked when the configuration is read."""

from pathlib import Path

import pytest

from tests.test_settings import GENERAL, SOURCE, G, Home, home
from viperreport.settings import readable_mail
from viperreport.settings.mail import MailSettings, address

__all__ = ["home"]
PASSWORD = "VIPERREPORT_SMTP_PASSWORD"  # noqa: S105 - a name
CANARY = "canary $9f3c #x"
MAIL = {
    "host": "mail.example.org",
    "sender": "viper@example.org",
    "operator": "ops@example.org",
}
HOSTILE = (
    "",
    "ops",
    "@example.org",
    "ops@",
    "ops@example.org\n",
    "ops@example.org\r\nBcc: x@example.org",
    "ops@example.org, x@example.org",
    "ops@example.org; x@example.org",
    "Ops <ops@example.org>",
    "<ops@example.org>",
    "ops@example.org>",
    "ops@x@example.org",
    '"ops x"@example.org',
    '"a\\"b"@example.org',
    "ops(comment)@example.org",
    "ops @example.org",
    " ops@example.org",
    "ops@example.org ",
    "ops@example.org\x00",
    "ops@example.org\t",
    "ops@-example.org",
    "ops@example..org",
    ".ops@example.org",
    "ops.@example.org",
    "ops@[127.0.0.1]",
    "ops@127.0.0.1",
    "ops@example.org SIZE=1",
    "ops%0d%0a@example.org\u2028",
    "o" * 65 + "@example.org",
    "ops@" + "e" * 64 + ".org",
    "ops@" + "ex." * 90 + "org",
    "öps@example.org",
    "ops@exämple.org",
    "ops@ex\u202eample.org",
)


def written(home: Home, **more: object) -> None:
    """Write `[mail]` with some of its keys changed; None leaves one out."""
    lines = []
    for key, value in (MAIL | more).items():
        if value is not None:
            text = str(value) if isinstance(value, int) else f'"{escaped(str(value))}"'
            lines.append(f"{key} = {text}\n")
    home.write(G, GENERAL + "\n[mail]\n" + "".join(lines))


def escaped(text: str) -> str:
    """A text in TOML's quotes."""
    return "".join(
        each if each.isprintable() and each not in '"\\' else f"\\U{ord(each):08x}" for each in text
    )


@pytest.mark.parametrize(
    "good", ["ops@example.org", "o'ne.two+three@a-b.example.org", "root@localhost", "x@xn--4ca.org"]
)
def test_plain_addresses_are_taken(good: str) -> None:
    """As they are."""
    assert address(good) == good


@pytest.mark.parametrize("key", ["sender", "operator"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_addresses_are_refused(home: Home, key: str, hostile: str) -> None:
    """One line each, with file and key, that does not repeat them."""
    written(home, **{key: hostile})
    (fault,) = home.faults()
    assert fault.startswith(f"{G}: mail.{key}: ")
    assert not hostile or hostile not in fault.replace('"ops@example.org"', "")
    assert readable_mail(home.path, {}) is None


def test_an_international_address_is_told_how(home: Home) -> None:
    """What to write instead."""
    written(home, operator="ops@exämple.org", host="mäil.example.org")
    assert home.faults() == [
        f"{G}: mail.host: must be of ASCII: write an international name as xn--…",
        f"{G}: mail.operator: the domain must be of ASCII: write an international one as xn--…",
    ]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"security": "plain"}, 'mail.security: "plain" is for this machine alone'),
        ({"security": "none"}, 'mail.security: "none" is not known'),
        ({"security": "plain", "host": "127.0.0.1.example.org"}, "mail.security: "),
        ({"security": "plain", "host": "::1", "user": "viper"}, "mail.user: a password never"),
        ({"user": "viper x"}, "mail.user: must be of visible ASCII"),
        ({"user": "viper\r\nx"}, "mail.user: must be of visible ASCII"),
        ({"host": "mail.example.org\r\nx"}, "mail.host: must be the name of a server"),
        ({"host": "smtp://mail.example.org"}, "mail.host: must be the name of a server"),
        ({"host": "mail.example.org:25"}, "mail.host: must be the name of a server"),
        ({"host": None}, "mail.host: is missing"),
        ({"sender": None}, "mail.sender: is missing"),
        ({"operator": None}, "mail.operator: is missing"),
        ({"port": 0}, "mail.port: must be 1 or more"),
        ({"port": 65536}, "mail.port: must be 65535 or less"),
        ({"verify": "no"}, "mail.verify: unknown key"),
        ({"password": CANARY}, "mail.password: unknown key; secrets stand in .env"),
    ],
)
def test_faults_name_file_and_key(home: Home, more: dict[str, object], fault: str) -> None:
    """And never the value."""
    written(home, **more)
    (said,) = home.faults()
    assert said.startswith(f"{G}: {fault}")
    assert CANARY not in said


def test_each_security_has_its_usual_port() -> None:
    """587, 465, 25; another where one is named."""
    for security, port in (("starttls", 587), ("tls", 465), ("plain", 25)):
        given = MAIL | {"host": "localhost", "security": security}
        assert MailSettings.model_validate(given).door == port
        assert MailSettings.model_validate(given | {"port": 2525}).door == 2525
    assert MailSettings.model_validate(MAIL).security == "starttls"


def test_a_home_without_mail(home: Home) -> None:
    """Has none."""
    assert home.load().mail is None
    assert readable_mail(home.path, {}) is None
    assert readable_mail(home.path / "nowhere", {}) is None


def test_the_password_is_a_secret(home: Home) -> None:
    """From the environment, .env or a file; masked; readable with the rest of config broken."""
    ways: tuple[tuple[dict[str, str], str], ...] = (
        ({PASSWORD: CANARY}, ""),
        ({}, f"{PASSWORD}='{CANARY}'\n"),
        ({}, f"{PASSWORD}_FILE=p"),
    )
    written(home, user="viper")
    whole = (home.path / G).read_text()
    for environ, text in ways:
        home.write("p", f"{CANARY}\n")
        home.write(".env", text, 0o600)
        loaded = home.load(environ)
        assert loaded.smtp_password is not None
        assert loaded.smtp_password.get_secret_value() == CANARY
        assert CANARY not in f"{loaded!r} {loaded}"
        home.write(G, whole.replace("[mail]", "[guards]\nmax_drop = 7\n[mail]"))
        found = readable_mail(home.path, environ)
        assert found is not None
        assert found.password is not None
        assert found.password.get_secret_value() == CANARY
        assert CANARY not in f"{found!r} {found}"
        home.write(G, whole)


@pytest.mark.parametrize("bad", ["pass\nword", "pässword", "pass\tword"])
def test_a_password_that_cannot_be_sent_is_a_fault(home: Home, bad: str) -> None:
    """Named by its key, never repeated."""
    (fault,) = home.faults({PASSWORD: bad})
    assert fault.startswith(f"{PASSWORD}: must be one line of ASCII characters")
    assert bad not in fault


def test_made_up_records_are_mailed_to_this_machine_alone(home: Home) -> None:
    """A fault where the server is elsewhere; also with the rest of config broken no way there."""
    home.write("config/sources/shots.toml", "synthetic = true\n" + SOURCE)
    written(home)
    (fault,) = home.faults()
    assert fault.startswith(f"{G}: mail.host: the records of this home are made up")
    assert readable_mail(home.path, {}) is None
    for host in ("localhost", "127.0.0.1", "::1"):
        written(home, host=host)
        assert home.load().mail is not None
        found = readable_mail(home.path, {})
        assert found is not None
        assert found.made_up


def test_the_packaged_example_can_be_used(tmp_path: Path) -> None:
    """The commented table of config/viperreport.toml is valid once its marks are taken off."""
    root = Path(__file__).parents[1]
    text = (root / G).read_text(encoding="utf-8")
    table = text[text.index("# [mail]") :]
    table = "\n".join(line.removeprefix("# ") for line in table.split("\n\n", 1)[0].splitlines())
    made = Home(tmp_path / "home")
    made.write(G, f"{GENERAL}\n{table}\n")
    assert made.load().mail is not None
