"""What is timed, with what it is compared to."""

import os
from pathlib import Path

import django

# A folder of its own, so that measuring disturbs neither the demo nor the tests.
os.environ.setdefault("MOTCUA_VAR", str(Path(__file__).resolve().parents[1] / "var" / "bench"))
os.environ.setdefault("MOTCUA_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
django.setup()
