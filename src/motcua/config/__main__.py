"""`python -m motcua.config` is `motcua`."""

from motcua.config.cli import main

main()
