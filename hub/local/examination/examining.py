"""Examines one check after the other. A check that needs another one is left out while that one fails."""

from collections.abc import Iterator

from hub.local.examination import here, servers
from hub.local.examination.case import Case, Check, Examined, Judgement, ToAttend, Unwell
from schemas.problem import Explained

CHECKS = (
    Check("state folder", here.state_folder),
    Check("disk", here.disk),
    Check("keys", here.keys),
    Check("agencies and protocols", here.registry),
    Check("operator's files", here.operator_files, ("agencies and protocols",)),
    Check("style sheet", here.style_sheet),
    Check("servers", servers.servers),
    Check("broker", servers.broker, ("servers",)),
    Check("database", servers.database, ("servers", "keys", "agencies and protocols", "operator's files")),
    Check("clock", servers.clock, ("database",)),
    Check("accounts", servers.accounts, ("database",)),
    Check("work", servers.work, ("database",)),
)


def examine(case: Case) -> Iterator[Examined]:
    """One finding or several of each check, in their order."""
    failed: set[str] = set()
    with case.opened:
        for check in CHECKS:
            missing = next((need for need in check.needs if need in failed), None)
            if missing is None:
                findings = _looked(check, case)
            else:
                findings = [Examined(check.what, Judgement.LEFT_OUT, f"this must be right first: {missing}")]
            if any(each.judgement in (Judgement.WRONG, Judgement.LEFT_OUT) for each in findings):
                failed.add(check.what)
            yield from findings


def _looked(check: Check, case: Case) -> list[Examined]:
    try:
        return [Examined(check.what, Judgement.GOOD, check.look(case))]
    except ToAttend as attend:
        return [Examined(check.what, Judgement.ATTEND, words, cure) for words, cure in attend.found]
    except Unwell as found:
        return [Examined(check.what, Judgement.WRONG, found.words, found.cure)]
    except Explained as failure:
        return [Examined(check.what, Judgement.WRONG, each.in_its_place(), each.cure) for each in failure.problems]
    except OSError as error:
        words = f"{error.filename}: {(error.strerror or 'cannot be used').lower()}"
        return [Examined(check.what, Judgement.WRONG, words, "let this account read and write it")]
