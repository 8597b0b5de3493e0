"""The command that checks the whole history, the protection of facts, and the Today list."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.records import audit, worklist


@click.command("verify-audit")
@click.option(
    "--anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file made by --write-anchor, kept outside: finds a history cut off at its end.",
)
@click.option(
    "--write-anchor",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the heads of all chains to this file, to be kept outside.",
)
@with_appcontext
def verify_audit(anchor: Path | None, write_anchor: Path | None) -> None:
    """Check the whole history and name the first broken line; exit status 1 when one is.

    Also checks that the database still protects its facts, and that the Today list is what the
    facts make of it.
    """
    known = (
        {int(c): (seq, mac) for c, (seq, mac) in json.loads(anchor.read_text()).items()}
        if anchor
        else None
    )
    findings = audit.verify(known)
    for finding in findings:
        click.echo(f"clinic {finding.clinic_id}: {finding.sentence}")
    bare = audit.unprotected()
    if bare:
        click.echo(f"The database does not protect: {', '.join(bare)}.")
    *_, (_, _, differ) = ((0, 0, 0), *worklist.differences())
    if differ:
        click.echo(f"{differ} rows of the Today list differ from the facts: worklist rebuild.")
    if findings or bare or differ:
        sys.exit(1)
    heads = audit.heads()
    click.echo(f"The history is whole: {heads.events} events, {heads.facts} facts.")
    if write_anchor:
        write_anchor.write_text(json.dumps({str(c): (seq, mac) for c, seq, mac in heads.heads}))
        click.echo(f"Anchor written to {write_anchor.name}.")
