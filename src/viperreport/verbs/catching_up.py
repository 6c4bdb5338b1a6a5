"""What is due and was not taken up, in words: what the next run would do with it."""

from dataclasses import replace

from viperreport.archive.ledger import SAME_CUT_OFF
from viperreport.archive.states import State
from viperreport.pipeline import Home
from viperreport.verbs.agenda import IF_MISSED, Run, run_of
from viperreport.verbs.planning import CONFIRM, MISSED, RunRequest, is_missed, plan
from viperreport.verbs.trust import ADOPT, doubts, ledger_of


def due_runs(home: Home) -> list[Run]:
    """The slots that are due and in no ledger, each with what the next run does with it.

    Returns:
        [] for a home that no run has seen: its slots count from then on.

    Raises:
        ConfigError: the ledger cannot be used.
        UnreachableError: its database does not answer.
    """
    whole, now = ledger_of(home), home.clock()
    if whole.newest is None:
        return []
    planned = plan(home, whole, RunRequest(), now)
    before = CONFIRM if planned.block else ""
    before = ADOPT if doubts(home, whole) else before
    taken = {
        (each.key.briefing, each.key.cut_off)
        for each in whole.editions
        if each.state is not State.VOID
    }
    runs = []
    for due in planned.due:
        then = f"the next run notes it as {State.SKIPPED}: "
        if (due.briefing, due.cut_off) in taken:
            then += SAME_CUT_OFF
        elif is_missed(home, due):
            then += MISSED
        else:
            then = IF_MISSED[home.settings.briefing(due.briefing).catch_up]
        taken.add((due.briefing, due.cut_off))
        then = f"due: {then}" + (f", but nothing before: {before}" if before else "")
        run = run_of(home, due.briefing, due.slot, due.cut_off, then)
        runs.append(replace(run, due=True))
    return runs
