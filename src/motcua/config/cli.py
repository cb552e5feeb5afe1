"""The command `motcua`: it sets up Django, then hands over to the groups of commands."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
django.setup()

import click

from motcua.config.commands import (
    authorities,
    backup,
    case,
    database,
    demo,
    files,
    flow,
    generate,
    log,
    people,
    privacy,
    procedures,
    server,
    verify,
)
from motcua.kit.env import Misconfigured
from motcua.kit.errors import Refused, Unavailable


class Commands(click.Group):
    """Tells what was refused as a line, not as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (Refused, Unavailable, Misconfigured) as error:
            fields = getattr(error, "fields", ())
            lines = [str(error), *(f"  {each.path}: {each.message}" for each in fields)]
            raise click.ClickException("\n".join(lines)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motcua")
def main() -> None:
    """Một Cửa: public services end to end, from a procedure described as data."""


for command in (
    demo.demo,
    server.serve,
    server.work,
    server.migrate,
    procedures.procedures,
    flow.flow,
    case.case,
    people.people,
    authorities.authorities,
    privacy.privacy,
    verify.verify,
    generate.generate,
    log.log,
    database.database,
    backup.backup,
    backup.restore,
    files.files,
):
    main.add_command(command)
