"""The ward of the desk's tests, with its people, browsers and files, and an administrator."""

from motcua.desk.tests.conftest import desk, files, people
from motcua.desk.tests.test_office import administrator

__all__ = ["administrator", "desk", "files", "people"]
