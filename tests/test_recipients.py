"""config/recipients.toml: who gets which edition, checked when the configuration is read."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.test_mail_settings import HOSTILE, escaped, written
from tests.test_settings import AREAS, BARE, CHECKS, GENERAL, ROOT, A, G, Home, home
from viperreport.configuration import (
    keep_configuration,
    kept_configuration,
    read_configuration,
)
from viperreport.settings import Recipient, Recipients, load_settings
from viperreport.settings.mail import address
from viperreport.settings.recipients import FILE as R

__all__ = ["home"]
BOTH = BARE + "".join(
    f'[briefing.{name}]\ntitle = "T"\nevery = "daily at 06:00"\nareas = "{areas}"\n'
    for name, areas in (("daily", "all"), ("weekly", "all + each"))
)
SERVER = '[mail]\nhost = "localhost"\nsender = "v@example.org"\noperator = "o@example.org"\n'
LISTS = 'domains = ["example.org", "Partner.example"]\ninternal = ["example.org"]\n'
NOT_ADDRESSES = (
    *HOSTILE,
    "a@b.example\nBcc: c@d.example",
    "-oX",
    "-oX@example.org",
    "a%b.example@example.org",
    "b.example!a@example.org",
    "@b.example:a@example.org",
    "a@example.org.",
    "a@123.456",
    "a@[IPv6:::1]",
    "a\u202e@example.org",
    "a\u00a0b@example.org",
    "undisclosed-recipients:;",
    "a@example.org?cc=b@example.org",
    "a@example.org/../b",
    "a" * 300 + "@example.org",
)
NOT_NAMES = (
    *("", "Command", "a b", "a\nb", "a\r\nBcc: c@d.example", "../x", "-oX", "x" * 65, "ö"),
    *("a\u202eb", "a\x00", "a,b", "chief@example.org", '"', "<a>", "%s"),
)
NOT_FOLDERS = (
    *("", "shared", "./shared", "~/shared", "/srv/../etc", "/srv/..", "..", "file:///srv", "C:\\x"),
    *("/srv/a\nb", "/srv/a\x00", "/srv/a\u202eb", "/srv/a\u2028", "/", "//", "/./"),
    *("/" + "x" * 256, "/x" * 2000, "/" + "ö" * 200),
)
NOT_DOMAINS = (
    *("", "*.example.org", "@example.org", "a@example.org", "example.org.", ".example.org"),
    *("exämple.org", "example.org\n", "127.0.0.1", "example..org", "*", "example.org, b.org"),
)


def put(home: Home, text: str, general: str = BOTH + SERVER) -> None:
    """Write recipients.toml, into a home with a daily and a weekly briefing and a server."""
    home.write(G, general)
    home.write(A, AREAS)
    home.write(R, text)


def found(home: Home, text: str) -> Recipients:
    """What a text means."""
    put(home, text)
    return home.load().recipients


def mailed(recipients: Recipients, briefing: str, area: str = "all") -> list[str]:
    """The addresses of an edition."""
    return [each.address for each in recipients.of(briefing, area)]


# --- what it means ----------------------------------------------------------------------------


def test_without_the_file_nobody_gets_anything(home: Home) -> None:
    """An empty file is the same."""
    assert home.load().recipients == Recipients() == found(home, "")
    assert home.load().recipients.of("weekly", "all") == ()
    assert home.load().recipients.refusal("a@example.org", public=True)


def test_groups_choose_briefings_and_areas(home: Home) -> None:
    """By name; left out, every briefing's edition about everything; "each" is every area's own."""
    recipients = found(
        home,
        '[mail.all]\nto = ["all@example.org"]\n'
        '[mail.docks]\nto = ["docks@example.org"]\nareas = ["harbour"]\nbriefings = ["weekly"]\n'
        '[mail.each]\nto = ["each@example.org"]\nareas = ["each"]\n'
        '[folder.both]\npath = "/srv/both"\nareas = ["all", "each"]\nbriefings = ["weekly"]\n',
    )
    assert mailed(recipients, "daily") == ["all@example.org"]
    assert mailed(recipients, "weekly") == ["all@example.org", "/srv/both"]
    own = ["each@example.org", "/srv/both"]
    assert mailed(recipients, "weekly", "harbour") == ["docks@example.org", *own]
    assert mailed(recipients, "weekly", "old-town") == own


def test_who_is_in_two_groups_gets_one_copy(home: Home) -> None:
    """By the first of them, in whatever capitals; a folder's path is one however it is written."""
    recipients = found(
        home,
        '[mail.one]\nto = ["a@example.org", "Chief@Example.ORG"]\n'
        '[mail.two]\nto = ["chief@example.org", "b@example.org"]\n'
        '[folder.one]\npath = "/srv/Shared files/"\n[folder.two]\npath = "//srv/./Shared files"\n'
        '[folder.three]\npath = "/srv/shared files"\n',
    )
    assert recipients.of("weekly", "all") == (
        Recipient("mail", "a@example.org", "one"),
        Recipient("mail", "Chief@example.org", "one"),
        Recipient("mail", "b@example.org", "two"),
        Recipient("folder", "/srv/Shared files", "one"),
        Recipient("folder", "/srv/shared files", "three"),
    )


@pytest.mark.parametrize(
    ("to", "internal", "public"),
    [
        ("a@example.org", "", ""),
        ("a@EXAMPLE.org", "", ""),
        ("a@partner.example", "not a domain of the house", ""),
        ("a@mail.example.org", "its domain is not in domains", "its domain is not in domains"),
        ("a@badexample.org", "its domain is not in domains", "its domain is not in domains"),
        ("a@example.org.evil.example", "its domain is not in", "its domain is not in"),
        ("Gone@example.org", f"suppressed in {R}", f"suppressed in {R}"),
        ("a@evil.example\n@example.org", "must be one plain", "must be one plain"),
        ("a%evil.example@example.org", "must be one plain", "must be one plain"),
    ],
)
def test_lists_decide_who_may_be_mailed(home: Home, to: str, internal: str, public: str) -> None:
    """Suppressed, not allowed, not of the house; whole domains, in capitals or not."""
    recipients = found(home, LISTS + 'suppressed = ["gone@Example.org"]\n')
    for said, refusal in (
        (internal, recipients.refusal(to, public=False)),
        (public, recipients.refusal(to, public=True)),
    ):
        assert refusal.startswith(said)
        assert bool(said) == bool(refusal)


def test_what_the_lists_leave_out_is_mailed_nothing(home: Home) -> None:
    """No domains: nobody; no internal: nobody gets an internal briefing. They stay recipients."""
    group = '[mail.all]\nto = ["a@example.org"]\n'
    recipients = found(home, 'internal = ["example.org"]\n' + group)
    assert recipients.refusal("a@example.org", public=True)
    assert mailed(recipients, "weekly") == ["a@example.org"]
    recipients = found(home, 'domains = ["example.org"]\n' + group)
    assert recipients.refusal("a@example.org", public=False)
    assert not recipients.refusal("a@example.org", public=True)


def test_recipients_are_no_part_of_the_configuration(home: Home) -> None:
    """Its hash is the same with and without them, and the kept text has no address."""
    put(home, "")
    before = read_configuration((home.path,))
    put(home, LISTS + '[mail.all]\nto = ["a@example.org"]\n')
    after = read_configuration((home.path,))
    assert (before.hash, before.files) == (after.hash, after.files)
    assert R not in after.hashes


def test_a_configuration_that_was_kept_needs_none(home: Home, tmp_path: Path) -> None:
    """Old editions are built again whatever recipients.toml says today, even with faults."""
    put(home, "")
    kept = tmp_path / "kept"
    keep_configuration(kept, text := read_configuration((home.path,)))
    put(home, '[mail.a]\nto = ["x"]\n[folder.b]\npath = "/b"\nbriefings = ["gone"]\n')
    assert len(home.faults()) == 1
    again = load_settings(kept_configuration(kept, text.hash), {}, CHECKS, home.path)
    assert again.recipients == Recipients()


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", NOT_ADDRESSES)
def test_hostile_addresses_are_refused(home: Home, hostile: str) -> None:
    """One line for each, with file, key and number, that does not repeat it."""
    put(
        home,
        f'suppressed = ["{escaped(hostile)}"]\n'
        f'[mail.command]\nto = ["a@example.org", "{escaped(hostile)}"]\n',
    )
    first, second = home.faults()
    assert first.startswith(f"{R}: suppressed[1]: ")
    assert second.startswith(f"{R}: mail.command.to[2]: ")
    for fault in (first, second):
        assert not hostile or hostile not in fault.replace('"ops@example.org"', "")


@pytest.mark.parametrize("channel", ["mail", "folder"])
@pytest.mark.parametrize("hostile", NOT_NAMES)
def test_hostile_names_are_refused(home: Home, channel: str, hostile: str) -> None:
    """By their number: a name may be an address in the wrong place."""
    put(home, f'[{channel}.good]\n[{channel}."{escaped(hostile)}"]\nx = 1\n')
    (fault,) = home.faults()
    assert fault == (
        f"{R}: {channel}: the name of group 2: must be of 1 to 64 small letters, digits, - and _, "
        "and begin with a letter or digit"
    )


@pytest.mark.parametrize("hostile", NOT_FOLDERS)
def test_hostile_folders_are_refused(home: Home, hostile: str) -> None:
    """No path but one from the root that goes down and can be read as what it is."""
    put(home, f'[folder.shared]\npath = "{escaped(hostile)}"\n')
    (fault,) = home.faults()
    assert fault.startswith(f"{R}: folder.shared.path: ")
    assert fault.isprintable()
    assert len(hostile) < 7 or hostile not in fault


@pytest.mark.parametrize("key", ["domains", "internal"])
@pytest.mark.parametrize("hostile", NOT_DOMAINS)
def test_what_is_no_domain_is_refused(home: Home, key: str, hostile: str) -> None:
    """No wildcard, no address, no list: a list of domains means what it says."""
    put(home, f'{key} = ["example.org", "{escaped(hostile)}"]\n')
    (fault,) = home.faults()
    assert fault.startswith(f"{R}: {key}[2]: must be ")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[mail.a]\nto = ["x@example.org", "X@Example.org"]', "mail.a.to[2]: stands there twice"),
        ("[mail.a]\nto = []", "mail.a.to: must not be empty"),
        ("[mail.a]", "mail.a.to: is missing"),
        ('[mail]\nto = ["x@example.org"]', "mail.to: must be a table of keys and values"),
        ('[mail.a]\nto = "x@example.org"', 'mail.a.to: must be a list, such as ["a", "b"]'),
        (
            '[mail.a]\nto = ["x@example.org"]\nbcc = ["x@example.org"]',
            "mail.a.bcc: unknown key; there is areas, briefings, to",
        ),
        ('[mails.a]\nto = ["x@example.org"]', "mails: unknown key; did you mean mail?"),
        ('domains = "example.org"', 'domains: must be a list, such as ["a", "b"]'),
        (
            '[folder.a]\npath = "/a"\nbriefings = ["daily", "weekli"]',
            'folder.a.briefings[2]: "weekli" is no briefing; did you mean weekly?',
        ),
        ('[folder.a]\npath = "/a"\nbriefings = []', "folder.a.briefings: must not be empty"),
        (
            '[folder.a]\npath = "/a"\nareas = ["all", "habour"]',
            f'folder.a.areas[2]: "habour" is no slug of {A}; did you mean harbour?',
        ),
        ('[folder.a]\npath = "/a"\nareas = []', "folder.a.areas: must not be empty"),
        (
            '[folder.a]\npath = "/a"\nareas = ["each"]\nbriefings = ["daily"]',
            (
                f'folder.a.areas: no briefing of theirs has areas = "all + each" in {G}, so there '
                "is no edition of a single area"
            ),
        ),
        ("[folder.a]\npath = 1", "folder.a.path: must be text in quotes"),
        (
            "domains = [example.org]",
            "line 1, column 12: not valid TOML: Invalid value (text stands in quotes)",
        ),
    ],
)
def test_faults_name_file_and_key(home: Home, text: str, fault: str) -> None:
    """One line, with the nearest name where one was meant."""
    put(home, text)
    assert home.faults() == [f"{R}: {fault}"]


def test_areas_that_only_the_data_name_are_not_checked(home: Home) -> None:
    """Nobody can know them before a load."""
    put(home, '[folder.a]\npath = "/a"\nareas = ["nowhere"]\n')
    (home.path / A).unlink()
    assert mailed(home.load().recipients, "weekly", "nowhere") == ["/a"]


def test_mail_needs_a_server(home: Home) -> None:
    """Recipients of mail in a home without [mail] would wait in silence; folders need none."""
    put(home, '[mail.a]\nto = ["x@example.org"]\n', BOTH)
    (fault,) = home.faults()
    assert fault == f"{R}: mail: there is no server to mail by: fill in [mail] of {G}"
    put(home, '[folder.a]\npath = "/a"\n', BOTH)
    assert mailed(home.load().recipients, "daily") == ["/a"]


def test_faults_elsewhere_are_told_with_those_here(home: Home) -> None:
    """All at once; what cannot be known for another file's fault is not guessed."""
    put(home, '[mail.a]\nto = ["x"]\n[folder.b]\npath = "/b"\nbriefings = ["x"]\n', "zne = 1\n")
    assert [fault for fault in home.faults() if fault.startswith(R)] == [
        f'{R}: mail.a.to[1]: must be one plain address, such as "ops@example.org"'
    ]


def test_a_file_that_everyone_may_write_is_refused(home: Home) -> None:
    """Whoever writes it chooses who reads the briefings; a group of the house may."""
    put(home, "")
    file = home.path / R
    file.chmod(0o664)
    home.load()
    file.chmod(0o666)
    assert home.faults() == [f"{R}: everyone may write to it: chmod o-w {file}"]


@pytest.mark.parametrize("kind", ["folder", "link to nothing", "bytes"])
def test_what_cannot_be_read_is_no_empty_list(home: Home, kind: str) -> None:
    """A file that is there and says nothing readable is a fault, never nobody."""
    file = home.path / R
    if kind == "folder":
        file.mkdir()
    elif kind == "bytes":
        file.write_bytes(b"\xff\xfe")
    else:
        file.symlink_to("nowhere")
    (fault,) = home.faults()
    assert fault.startswith(f"{R}: ")


# --- whatever is written ----------------------------------------------------------------------


@given(st.text(max_size=80) | st.emails() | st.from_regex(r"\A[ -~]{0,20}@[ -~]{0,20}\Z"))
@example("a@b.example\r\nBcc: c@d.example")
@example("o'neil+viper@example.org")
def test_no_address_holds_another(text: str) -> None:
    """Whatever is written: what is taken goes into a header and comes back as one address."""
    try:
        taken = address(text)
    except ValueError as error:
        assert len(text) < 4 or text not in str(error)  # noqa: PT017 - most texts are none
        return
    assert taken == text
    assert text.isascii()
    assert not set(text) & set('\r\n\0\t ,;:"<>()[]\\%!')
    message = EmailMessage(policy=SMTP)
    message["To"] = text
    read = message_from_bytes(message.as_bytes(), policy=SMTP)
    assert read.keys() == ["To"]
    (only,) = read["To"].addresses
    assert only.addr_spec == text


# --- the keys beside it -----------------------------------------------------------------------


def test_keys_of_sending_have_defaults(home: Home) -> None:
    """A configuration of before them says the same as one that writes them out."""
    written(home)
    plain = home.load()
    written(home, on_doubt="resend", mail_if_late_by="36h", archive_url="")
    home.write(G, (home.path / G).read_text().replace("[mail]", 'send_when = "always"\n[mail]'))
    assert (home.load().mail, home.load().briefings) == (plain.mail, plain.briefings)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://briefings.example.org", "https://briefings.example.org/"),
        ("https://example.org:8443/a/b%20c/", "https://example.org:8443/a/b%20c/"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x/"),
        ("http://[::1]/", "http://[::1]/"),
    ],
)
def test_the_archive_is_linked_to(home: Home, url: str, base: str) -> None:
    """By https, or on this machine; a / at its end is put there."""
    written(home, archive_url=url)
    loaded = home.load().mail
    assert loaded is not None
    assert loaded.archive_url == base


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("archive_url", "http://example.org/"),
        ("archive_url", "ftp://example.org/"),
        ("archive_url", "javascript:alert(1)"),
        ("archive_url", "https://user:word@example.org/"),
        ("archive_url", "https://example.org/?a=b"),
        ("archive_url", "https://example.org/#a"),
        ("archive_url", 'https://example.org/"><b>'),
        ("archive_url", "https://example.org/a b"),
        ("archive_url", "https://example.org/\r\nBcc: x"),
        ("archive_url", "https://example.org/\u202e"),
        ("archive_url", "https://exam_ple.org"),
        ("archive_url", "https://example.org:port/"),
        ("archive_url", "https:///srv"),
        ("archive_url", "/srv/editions"),
        ("on_doubt", "again"),
        ("mail_if_late_by", "8 days"),
        ("mail_if_late_by", "169h"),
        ("mail_if_late_by", 36),
    ],
)
def test_keys_of_sending_are_checked(home: Home, key: str, value: object) -> None:
    """File and key in one line."""
    written(home, **{key: value})
    (fault,) = home.faults()
    assert fault.startswith(f"{G}: mail.{key}: ")
    assert "word" not in fault


def test_send_when_is_one_of_three(home: Home) -> None:
    """A misspelt one is helped."""
    for word in ("always", "changed", "likely_real"):
        home.write(G, f'{GENERAL}send_when = "{word}"\n')
        assert home.load().briefing().send_when == word
    home.write(G, f'{GENERAL}send_when = "change"\n')
    assert home.faults() == [
        f'{G}: briefing.weekly.send_when: "change" is not known; did you mean changed?'
    ]


def test_the_packaged_example_can_be_used(home: Home) -> None:
    """As it is, and with the marks of its commented tables taken off."""
    example = (ROOT / f"{R}.example").read_text(encoding="utf-8")
    assert mailed(found(home, example), "weekly") == [
        "commander@example.org",
        "analyst@example.org",
    ]
    start = example.index("# [mail.hackney]")
    lines = [
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line
        for line in example[start:].splitlines()
    ]
    recipients = found(home, example[:start] + "\n".join(lines).replace("hackney", "harbour"))
    assert mailed(recipients, "weekly", "harbour") == ["harbour@example.org", "tasking@example.org"]
    assert mailed(recipients, "weekly")[-1] == "/srv/shared/briefings"
    for each in recipients.of("weekly", "all"):
        assert each.channel == "folder" or not recipients.refusal(each.address, public=False)


def test_the_example_is_no_file_of_recipients(home: Home) -> None:
    """A home that `init` made mails nobody before somebody has written addresses of their own."""
    assert (ROOT / f"{R}.example").exists()
    home.write(f"{R}.example", "not even TOML")
    assert home.load().recipients == Recipients()
