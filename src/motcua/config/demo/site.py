"""A demo site of its own, for tests and benchmarks: own folder, own PostgreSQL, own processes."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from motcua.config.commands import server
from motcua.config.demo import electronic
from motcua.kit.database import URL, WEB_URL, WORKER_URL

KNOWN = frozenset({URL, WEB_URL, WORKER_URL})  # of another site's database
START = 60.0  # seconds that a site may take to answer its first request


@dataclass(frozen=True, slots=True)
class Site:
    """A site that runs: its address, and the environment in which its commands run."""

    address: str
    environment: Mapping[str, str]

    def run(self, *words: str) -> str:
        """Run a `motcua` command of this site and return what it prints."""
        command = [sys.executable, "-m", "motcua.config", *words]
        done = subprocess.run(  # noqa: S603  (our own words only)
            command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def tokens(self, *personal_ids: str) -> Mapping[str, str]:
        """Return a bearer token for each person."""
        lines = self.run("people", "token", *personal_ids).splitlines()
        return dict(line.split(" ", 1) for line in lines if " " in line)

    def officials(self, authority_code: str) -> Sequence[Mapping[str, object]]:
        """Return who holds which post in an authority."""
        rows: list[Mapping[str, object]] = json.loads(
            self.run("people", "list", "--authority", authority_code, "--json")
        )
        return rows


@contextlib.contextmanager
def running(
    var: Path, *, workers: int = 2, threads: int = 4, has_identity: bool = False
) -> Iterator[Site]:
    """Give a site that answers requests, with the demo province and all procedures; end it after.

    has_identity: something plays VNeID for it.

    Raises TimeoutError when it does not answer in time.
    """
    site = prepared(var)
    port = int(site.address.rpartition(":")[2])
    identity_port = int(site.environment["MOTCUA_IDENTITY_ISSUER"].rpartition(":")[2])
    with serving(site, workers=workers, threads=threads):
        provider = electronic.start(port=identity_port, site_port=port) if has_identity else None
        try:
            yield site
        finally:
            server.end([provider] if provider else [])


def prepared(var: Path) -> Site:
    """Return a site whose folder is made ready, with the demo province and all procedures."""
    environment = {key: value for key, value in os.environ.items() if key not in KNOWN}
    environment |= {"MOTCUA_VAR": str(var), "MOTCUA_DEMO": "1"}
    for name in ("ADDRESS", "PERSON", "WRITES"):  # who tests or measures asks as often as they can
        environment.setdefault(f"MOTCUA_RATE_{name}", "0")
    port, identity_port = free_port(), free_port()
    environment["MOTCUA_IDENTITY_ISSUER"] = f"http://127.0.0.1:{identity_port}"
    site = Site(f"http://127.0.0.1:{port}", environment)
    site.run("demo", "--no-journeys", "--no-serve")
    return site


@contextlib.contextmanager
def serving(site: Site, *, workers: int = 1, threads: int = 4) -> Iterator[None]:
    """Serve a site whose folder is ready, at its address; end it after. Raises TimeoutError."""
    port = site.address.rpartition(":")[2]
    words = ("--port", port, "--workers", str(workers), "--threads", str(threads))
    command = [sys.executable, "-m", "motcua.config", "serve", *words]
    process = subprocess.Popen(command, env=site.environment)  # noqa: S603  (our own words only)
    try:
        _wait(site, process)
        yield
    finally:
        server.end([process])


def copied(site: Site, **environment: str) -> Site:
    """Return a site like another, at an address of its own, in another environment."""
    port = free_port()
    return Site(f"http://127.0.0.1:{port}", {**site.environment, **environment})


def _wait(site: Site, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError),
            urllib.request.urlopen(f"{site.address}/api/v1/openapi.json") as answer,  # noqa: S310
        ):
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{site.address} did not answer within {START:.0f} s")


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
