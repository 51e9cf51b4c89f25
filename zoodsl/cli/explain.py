"""``zoodsl explain``: the page that teaches a rule."""

from __future__ import annotations

import click


@click.command
@click.argument("code", required=False)
@click.option("--list", "list_all", is_flag=True, help="List every code with its title.")
def explain(code: str | None, list_all: bool) -> None:  # noqa: FBT001 - click's
    """Teach the rule behind a code, such as ZOO301."""
    import zoodsl.diagnostics.rules  # noqa: F401 - importing it registers every code
    from zoodsl.diagnostics.codes import CODES
    from zoodsl.diagnostics.suggest import did_you_mean

    if list_all:
        for name in sorted(CODES):
            click.echo(f"{name}  {CODES[name].title}")
        return
    if code is None:
        raise click.UsageError("name a code, such as ZOO301, or give --list")
    known = CODES.get(code.upper())
    if known is None:
        hint = did_you_mean(code, CODES) or "`zoodsl explain --list` shows all"
        raise click.UsageError(f"there is no code `{code}`; {hint}")
    from zoodsl.cli.reporting import in_colour

    page = f"# {known.name}: {known.title}\n\n{known.teach}\n"
    if in_colour():
        from zoodsl.screen.markdown import show

        show(page)
    else:
        click.echo(page, nl=False)
