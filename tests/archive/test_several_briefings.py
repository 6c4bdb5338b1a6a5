"""A home with a daily, a weekly and a monthly briefing: each goes its own way to its own people."""

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import addresses, attached, lets_mail, received
from tests.channels.mail_server import Post

FIRST = "2016-08-01T05:00:05"  # a Monday and the first of a month: all three at once
MORE = """
[briefing.daily]
title = "Daily shootings briefing"
every = "daily at 06:00"
template = "daily"
[briefing.monthly]
title = "Monthly shootings briefing"
every = "monthly on day 1 at 06:00"
cut_off = "end of last month"
"""
GROUPS = {"desk": ["daily"], "command": ["weekly", "monthly"], "archive": None}
EVERY = {"daily", "weekly", "monthly"}


def test_three_briefings_each_to_its_own(lite: MakeRuns, post: Post) -> None:
    """Each due slot files one edition and mails it to its groups, told apart by all that mail has.

    They have the same cut-off and say the same sentence; the next day only the daily one is due.
    """
    home = lite("2016-07-29T12:00", more=MORE)
    home.now = home.now.replace(month=8, day=1, hour=5)
    home.deliver()
    lets_mail(home.path, post.port)
    tables = "".join(
        f"[mail.{name}]\nto = {addresses(name)}\n" + (f"briefings = {only}\n" if only else "")
        for name, only in GROUPS.items()
    ).replace("'", '"')
    listed = f'domains = ["example.org"]\ninternal = ["example.org"]\n{tables}'
    (home.path / "config/recipients.toml").write_text(listed)
    assert home.run(FIRST).code == 0, home.said
    filed = {str(each.key) for each in home.ledger().editions}
    assert filed == {f"{name}/all/2016-07-31" for name in EVERY}
    for name, only in GROUPS.items():
        mails = received(post, name)
        files = {part.get_filename() for mail in mails for part in mail.iter_attachments()}
        assert files == {f"{each}_all_2016-07-31.pdf" for each in only or EVERY}
        assert len(mails) == len(files)
    every = received(post, "archive")
    for header in ("Subject", "Message-ID", "List-Id"):
        assert len({str(mail[header]) for mail in every}) == len(EVERY), header
    assert {mail["Subject"].partition(":")[0] for mail in every} == {"Daily", "Weekly", "Monthly"}
    assert {mail["List-Id"][1:].partition(".")[0] for mail in every} == EVERY
    assert len({attached(mail) for mail in every}) == len(EVERY)
    sent = len(post.arrived)
    home.now = home.now.replace(day=2)
    home.deliver()
    assert home.run("2016-08-02T05:00:05").code == 0, home.said
    assert {mail["To"].partition("@")[0] for mail in received(post, "desk")[1:]} == {"desk"}
    assert len(post.arrived) == sent + 2  # of the daily one: desk and archive
