"""The electronic identity of the demo and of the tests: a certified provider that plays VNeID on loopback."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.conf import settings

from motcua.config.demo import province

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[3] / "node_modules" / "oidc-provider"  # scripts/assets installs it
CALLBACK = "/sign-in/vneid/back/"

# Somebody whom the site does not know until they come.
NEWCOMER = province.Citizen("056201008899", "Võ Ngọc Mai", date(2001, 5, 20), "0905000006", "")


def is_there() -> bool:
    """Return whether Node.js and the provider's package are installed."""
    return shutil.which("node") is not None and PACKAGE.is_dir()


def start(*, port: int, site_port: int) -> "subprocess.Popen[str]":
    """Start the provider for a site on loopback and wait until it is ready; raises RuntimeError."""
    origins = [f"http://{host}:{site_port}" for host in ("127.0.0.1", "localhost")]
    process = subprocess.Popen(  # noqa: S603  (our own words only)
        ["node", str(HERE / "provider.mjs")],  # noqa: S607  (the Node.js of this machine)
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: S101
    process.stdin.write(json.dumps(_given(port, origins), ensure_ascii=False))
    process.stdin.close()
    if not process.stdout.readline().startswith("http"):
        process.kill()
        raise RuntimeError(f"The provider of the demo did not start on port {port}.")
    return process


def _given(port: int, origins: Sequence[str]) -> dict[str, object]:
    """Return what the provider is told: whom it serves, and the people of the demo."""
    accounts = [
        {
            "personal_id": each.personal_id,
            "name": each.name,
            "birthdate": each.birth_date.isoformat(),
            "phone_number": each.phone,
        }
        for each in (*province.CITIZENS, NEWCOMER)
    ]
    accounts += [{"personal_id": number, "name": name} for number, name in province.officials()]
    return {
        "port": port,
        "client_id": settings.MOTCUA_IDENTITY_CLIENT,
        "client_secret": settings.MOTCUA_IDENTITY_SECRET,
        "origins": origins,
        "callback": CALLBACK,
        "accounts": accounts,
    }
