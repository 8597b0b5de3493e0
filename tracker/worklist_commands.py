"""Commands about the Today list: making its rows again from the facts, and comparing the two."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from flask.cli import AppGroup

from tracker.records import worklist as records

worklist = AppGroup("worklist", help="The Today list: a projection of the facts.")


@worklist.command("rebuild")
@click.option("--check", is_flag=True, help="Compare only; exit status 1 when a row differs.")
def rebuild(check: bool) -> None:
    """Make every row of the Today list again from the facts; --check says how many differ."""
    if not check:
        count = _followed(records.rebuild())[1]
        click.echo(f"The Today list is made again for {count} patients.")
        return
    *_, differ = _followed(records.differences())
    click.echo(f"{differ} rows differ from the facts.")
    if differ:
        sys.exit(1)


def _followed(progress: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Say on the terminal how far it is, and give the last that was told."""
    last: tuple[int, ...] = (0, 0, 0)
    for last in progress:
        click.echo(f"\r{last[0]} of {last[1]} patients", nl=False, err=True)
    click.echo(err=True)
    return last
