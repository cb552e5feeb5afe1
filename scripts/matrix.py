"""Write tests/architecture/matrix.txt anew: what every address answers to every role. Then read what changed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEST = "tests/architecture/test_matrix.py"

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-q", TEST]
    sys.exit(subprocess.call(command, cwd=ROOT, env={**os.environ, "MATRIX_WRITE": "1"}))  # noqa: S603  (our own words)
