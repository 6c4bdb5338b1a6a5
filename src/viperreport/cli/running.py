"""Verbs about what is due: run, status, history, and those that lead out of a state."""

import os
import re
from functools import partial
from signal import SIGTERM
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import BriefingName, Options, clock
from viperreport.errors import ConfigError, UsageError, ViperReportError

if TYPE_CHECKING:
    from viperreport.archive.states import Verb
    from viperreport.pipeline import Home
    from viperreport.verbs.planning import RunRequest
    from viperreport.verbs.running import RunResult
    from viperreport.verbs.stopping import Stop
    from viperreport.verbs.telling import Log

_WAIT = re.compile(r"(\d{1,6})([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}

Wait = Annotated[
    str, typer.Option("--wait", metavar="TIME", help="For another run to end: 90s, 10m, 1h.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")]
Named = Annotated[str, typer.Argument(metavar="SLOT-or-EDITION")]


def run(
    context: typer.Context,
    briefing: BriefingName = "",
    slot: Annotated[
        str, typer.Option("--slot", metavar="SLOT", help="This one alone: 2016-05-30T06:00.")
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why a filed slot is run again.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    wait: Wait = "10m",
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Take up whatever is due; needs --confirm.")
    ] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="The clock is right.")] = False,
) -> None:
    """Load what is new, build and file all that is due; twice is as good as once."""
    from viperreport.verbs.planning import RunRequest
    from viperreport.verbs.succession import reason_of

    given: Options = context.obj
    if catch_up is not confirm:
        raise UsageError("--catch-up and --confirm go together")
    if reason and not slot:
        raise UsageError(
            "--reason goes with --slot: it is printed where a filed edition is revised"
        )
    said = reason_of(reason) if reason else ""
    asked = RunRequest(briefing, slot, confirmed=confirm, reason=said)
    if dry_run:
        _would_run(given, given.open(), asked)
        return
    result = _run(given, asked, seconds(wait))
    given.show(result, lambda: _said(result))
    raise typer.Exit(result.code)


def _run(given: Options, asked: "RunRequest", wait: float) -> "RunResult":
    """Run, and leave no fault to the terminal alone: nobody may be there to read it."""
    from viperreport.verbs.stopping import listen

    stop = listen(SIGTERM)  # before the costly libraries: an end may be asked for at any time
    from viperreport.verbs.running import one_pass
    from viperreport.verbs.watched import BUG, frames_of, ping_without_home, watched

    try:
        path = given.find()
    except ConfigError:
        ping_without_home(os.environ)
        raise
    log = log_of(given, stop)
    try:
        return watched(path, os.environ, log, lambda home: one_pass(home, asked, log, wait, stop))
    except (ViperReportError, PermissionError):
        raise
    except Exception as error:  # noqa: BLE001 - told by now; its words may quote a row
        given.detail(frames_of(error))
    raise typer.Exit(BUG)


def log_of(given: Options, stop: "Stop | None" = None) -> "Log":
    """The log and the operator's channels of a run that begins."""
    from viperreport.verbs.running import run_id

    return log_called(given, run_id(), stop)


def log_called(given: Options, run: str, stop: "Stop | None" = None) -> "Log":
    """The log and the operator's channels of whoever has this name.

    Args:
        stop: once it asks for an end, no channel waits long for anybody.
    """
    from viperreport.channels.channel import Surroundings
    from viperreport.channels.registry import all_channels
    from viperreport.homes import STATE
    from viperreport.verbs.mailed import route_of
    from viperreport.verbs.telling import Log

    path = given.find()
    route = partial(route_of, path, os.environ)
    is_ending = (lambda: stop.asked) if stop else (lambda: False)
    operator = all_channels(Surroundings(path / STATE, _on_stderr, route, is_ending))
    return Log(run, clock, given.tell, operator)


def _on_stderr(line: str) -> None:
    typer.echo(line, err=True)


def _would_run(given: Options, home: "Home", asked: "RunRequest") -> None:
    from viperreport.verbs.correcting import to_compare
    from viperreport.verbs.foreseen import foreseen, would_serve
    from viperreport.verbs.planning import plan
    from viperreport.verbs.running import new_files
    from viperreport.verbs.trust import doubts, ledger_of

    whole = ledger_of(home)
    planned = plan(home, whole, asked, home.clock())
    why = doubts(home, whole) or (planned.block.said if planned.block else "")
    mail = () if why else foreseen(home, whole, planned)
    serve = () if why else would_serve(home, whole)
    value = {
        "blocked": why,
        "load": [str(file.relative_to(home.path)) for _, file in new_files(home)],
        "claim": [f"{each.briefing} {each.slot}" for each in planned.due],
        "take_up": [str(each.key) for each in planned.unfinished],
        "compare": [str(each.key) for each in to_compare(home, whole, asked)],
    }
    sent = {"send": mail, "serve": serve}
    words = {"blocked": "nothing: ", "load": "load ", "claim": "claim ", "take_up": "take up "}
    words["compare"] = "correct, if its figures are other by now, "
    lines = [f"{words['blocked']}{why}"] if why else []
    lines += [f"would {words[key]}{each}" for key in list(words)[1:] for each in value[key]]
    lines += [line for each in mail for line in each.lines]
    lines += [each.line for each in serve]
    given.show(value | sent, lambda: "\n".join(lines) or "nothing to do")


def _said(result: "RunResult") -> str:
    lines = [f"loaded {file}" for file in result.loaded]
    lines += [
        f"{each.key}: {each.state}" + (f": {each.reason}" if each.reason else "")
        for each in result.editions
    ]
    return "\n".join([*lines, *result.filed, *result.waits]) or "nothing to do"


def seconds(text: str) -> float:
    """Read a length of time: 90s, 10m, 1h, or seconds.

    Raises:
        UsageError: it is none.
    """
    found = _WAIT.fullmatch(text)
    if found is None:
        raise UsageError(f"--wait {text}: write it as 90s, 10m or 1h")
    return float(found[1]) * _SECONDS[found[2]]


def status(context: typer.Context) -> None:
    """Say what is overdue, failed, on hold or not delivered, and what to type; 0 if nothing is."""
    from viperreport.verbs.planning import worst
    from viperreport.verbs.standing import matters

    given: Options = context.obj
    found = matters(given.open())
    given.show(found, lambda: "\n".join(each.line for each in found))
    raise typer.Exit(worst(each.code for each in found))


def history(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[SLOT-or-EDITION]", show_default=False)] = "",
) -> None:
    """List what became of every slot; of one edition, every change of its state."""
    from viperreport.screens import table
    from viperreport.verbs.standing import events_of
    from viperreport.verbs.standing import history as all_of_it

    given: Options = context.obj
    home = given.open()
    if name:
        events = events_of(home, name)
        heads = ("at", "run", "edition", "before", "after", "reason")
        rows = [
            (
                f"{each.at.astimezone(home.zone):%Y-%m-%d %H:%M:%S}",
                each.run,
                str(each.edition),
                each.before or "-",
                each.after,
                each.reason,
            )
            for each in events
        ]
        given.show([dict(zip(heads, row, strict=True)) for row in rows], lambda: table(rows, heads))
        return
    past = all_of_it(home)
    delivered = ("delivered",) if any(each.delivered for each in past) else ()
    columns = ("slot", "briefing", "edition", "state", "run", *delivered, "reason")
    given.show(
        past,
        lambda: table([tuple(getattr(each, c) for c in columns) for each in past], columns),
    )


def retry(context: typer.Context, name: Named, reason: Reason = "") -> None:
    """Have an edition made by the next run; of one that is filed, what was not delivered sent."""
    from viperreport.archive.states import Verb

    _obey(context.obj, Verb.RETRY, name, reason)


def skip(context: typer.Context, name: Named, reason: Reason = "") -> None:
    """Settle an edition without making it; of one that is filed, what was not delivered."""
    from viperreport.archive.states import Verb

    _obey(context.obj, Verb.SKIP, name, reason)


def release(context: typer.Context, name: Named, reason: Reason = "") -> None:
    """Have the next run file an edition in spite of its hold."""
    from viperreport.archive.states import Verb

    _obey(context.obj, Verb.RELEASE, name, reason)


def _obey(given: Options, verb: "Verb", name: str, reason: str) -> None:
    from viperreport.verbs.changing import leave
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.standing import obey
    from viperreport.verbs.trust import refuse_doubts

    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        refuse_doubts(home)
        done = obey(home, ledger, verb, name, reason)
        leave(home, ledger)
    lines = [f"{each.key}: {each.state}" for each in done.editions]
    lines += [f"{each.edition}: {each.said}: {each.state}" for each in done.deliveries]
    given.show(done, lambda: "\n".join(lines) or "nothing was done")
    for each in done.lost:
        step = f"viperreport send {each.edition} --to {each.recipient}"
        given.warn(f"{each.edition}: {each.said}: is too old to be sent again as it was; {step}")
    if verb != "skip" and lines:
        given.tell("next: viperreport run")


def adopt(context: typer.Context, reason: Reason = "") -> None:
    """Believe a ledger put back, or a home copied or moved; what may be out is not made again."""
    from viperreport.verbs.changing import leave
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.trust import adopt as adopt_home

    given: Options = context.obj
    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        done = adopt_home(home, ledger, " ".join(reason.split()))
        leave(home, ledger)
    lines = [f"{each.key}: found again in the archive" for each in done.found]
    lines += [f"{each.key}: {each.reason}" for each in done.skipped]
    lines += [f"{each.edition}: {each.said}: not sent: presumed sent" for each in done.unsent]
    given.show(done, lambda: "\n".join(lines) or "adopted: nothing was missing")
