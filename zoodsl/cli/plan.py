"""``zoodsl plan``: what a run would do, without Java."""

from __future__ import annotations

from functools import partial

import click

from zoodsl.cli.options import file_argument, json_option, set_option, values_option


@click.command
@file_argument
@set_option
@values_option
@json_option
@click.option("--yaml", "as_yaml", is_flag=True, help="Print YAML.")
def plan(
    file: str,
    assignments: tuple[tuple[str, str], ...],
    values: str | None,
    as_json: bool,  # noqa: FBT001 - click's
    as_yaml: bool,  # noqa: FBT001 - click's
) -> None:
    """Show what a run would do: data, shapes, parameters, memory, learning rate, files written."""
    from zoodsl.cli.specs import compilation, stop_without_plan

    if as_json and as_yaml:
        raise click.UsageError("--json and --yaml exclude each other")
    compiled = compilation(file, assignments, values)
    stop_without_plan(compiled, as_json=as_json)
    assert compiled.plan is not None  # noqa: S101 - there is a plan where there are no errors
    if as_json or as_yaml:
        from zoodsl.plan.explain import describe

        description = describe(compiled.plan)
        if as_yaml:
            import yaml

            click.echo(yaml.safe_dump(description, sort_keys=False, allow_unicode=True), nl=False)
        else:
            import json

            click.echo(json.dumps(description, indent=2, ensure_ascii=False))
        return
    from zoodsl.cli.pages import show_page
    from zoodsl.screen.plan import render_plan

    show_page(partial(render_plan, compiled.plan))
