"""The doctor's findings as a page of text."""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.runtime.doctor import Finding, State, fit_to_run


def page(findings: Sequence[Finding], mending: str = "") -> str:
    """A line a finding; below those that are not right, why, and the command that mends it; then the verdict.

    ``mending`` is the command that mends all that commands can, which is worth saying where there are several.
    """
    name_width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        found = f"{finding.found}: " if finding.found else ""
        optional = "" if finding.needed else " (not needed by every run)"
        lines.append(
            f"{finding.state.value:<7}  {finding.name:<{name_width}}  {found}{finding.purpose}{optional}"
        )
        if finding.state is not State.OK:
            lines += [
                f"{'':9}{part}" for part in (finding.why, finding.command and f"$ {finding.command}") if part
            ]
    verdict = (
        "a run can start" if fit_to_run(tuple(findings)) else "a run would fail: mend what is needed above"
    )
    several = len({finding.command for finding in findings if finding.installation}) > 1
    together = ["", "all of it in one command:", f"{'':9}$ {mending}"] if several else []
    return "\n".join([*lines, *together, "", verdict])
