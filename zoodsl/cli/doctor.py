"""``zoodsl doctor``: what a run needs, and the command that mends what is missing."""

from __future__ import annotations

import click

from zoodsl.cli.options import json_option


@click.command
@json_option
def doctor(as_json: bool) -> None:  # noqa: FBT001 - click's
    """Tell what a run needs, what of it is here, and how to mend the rest. Exit 3 if a run would fail."""
    from zoodsl.cli.exits import Status, leave
    from zoodsl.runtime.doctor import examine, fit_to_run, mending

    findings = examine()
    fit = fit_to_run(findings)
    if as_json:
        import json
        from dataclasses import asdict

        described = [asdict(finding) | {"state": finding.state.value} for finding in findings]
        document = {
            "version": 1,
            "fit_to_run": fit,
            "command": mending(findings),
            "findings": described,
        }
        click.echo(json.dumps(document, indent=2))
    else:
        from zoodsl.screen.doctor import page

        click.echo(page(findings, mending(findings)))
    if not fit:
        leave(Status.ENVIRONMENT_LACKS)
