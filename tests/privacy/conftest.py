"""The ward of the desk's tests, with its people, browsers, files and keys."""

from motcua.desk.tests.conftest import _read_once, desk, files, people

__all__ = ["_read_once", "desk", "files", "people"]
