"""The ward of the desk's tests, with its people, browsers, files and keys."""

from motcua.desk.tests.conftest import desk, files, people

__all__ = ["desk", "files", "people"]
