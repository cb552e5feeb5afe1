"""Mail is set up by one address, and what the log tells applicants of has a job that tells them."""

from pathlib import Path

import pytest

from motcua.config import mail, wiring
from motcua.kit.env import Misconfigured
from motcua.notifications.adapters import chosen
from motcua.portal import rules
from motcua.portal import tasks as portal
from motcua.transparency import rules as log

FOLDER = Path("letters")


def test_without_an_address_letters_are_files_in_the_demo_and_none_go_elsewhere() -> None:
    demo = mail.settings("", folder=FOLDER, is_demo=True)
    assert demo["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert demo["EMAIL_FILE_PATH"] == "letters"
    assert mail.settings("", folder=FOLDER, is_demo=False)["EMAIL_BACKEND"] == chosen.NONE


def test_a_mail_server_is_spoken_to_in_secret_but_on_this_machine() -> None:
    life = mail.settings("smtps://ai:m%40t@mail.gov.vn", folder=FOLDER, is_demo=False)
    assert (life["EMAIL_PORT"], life["EMAIL_USE_SSL"], life["EMAIL_USE_TLS"]) == (465, True, False)
    assert (life["EMAIL_HOST_USER"], life["EMAIL_HOST_PASSWORD"]) == ("ai", "m@t")
    other = mail.settings("smtp://mail.gov.vn", folder=FOLDER, is_demo=True)
    assert (other["EMAIL_PORT"], other["EMAIL_USE_SSL"], other["EMAIL_USE_TLS"]) == (
        587,
        False,
        True,
    )
    assert not mail.settings("smtp://localhost:25", folder=FOLDER, is_demo=True)["EMAIL_USE_TLS"]


@pytest.mark.parametrize("wrong", ["mail.gov.vn", "http://mail.gov.vn", "smtp://", "smtp://h:port"])
def test_an_address_that_is_none_stops_the_start_and_says_what_to_write(wrong: str) -> None:
    with pytest.raises(Misconfigured, match="smtp://user:password@host:587"):
        mail.settings(wrong, folder=FOLDER, is_demo=True)


def test_all_that_applicants_are_told_of_is_wired_to_the_telling_and_nothing_else() -> None:
    wired = {log.kind(event) for event, jobs in wiring.SUBSCRIPTIONS.items() if portal.tell in jobs}
    assert wired == set(rules.NOTICES)
