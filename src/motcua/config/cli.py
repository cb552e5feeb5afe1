"""The command `motcua`: it sets up Django, then hands over to the groups of commands."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
django.setup()

import click

from motcua.config.commands import case, demo, flow, people, procedures, server, verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    verify.verify,
):
    main.add_command(command)
