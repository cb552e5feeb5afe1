"""A refusal speaks the reader's language: Vietnamese unless English is asked for."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext_lazy

from motcua.kit import web
from motcua.kit.errors import Refused, Unavailable


class FileOverLimit(Refused):
    code = "file-over-limit"
    message = gettext_lazy("The file is over the limit of %(most)s.")
    remedy = gettext_lazy("Scan at a lower resolution, or split it into several files.")


@pytest.mark.parametrize(
    ("asked", "title", "remedy"),
    [
        (
            None,
            "Hệ thống chưa biết bạn là ai.",
            "Đăng nhập lại, hoặc gửi mã truy cập (bearer token) còn hiệu lực.",
        ),
        (
            "vi-VN,vi;q=0.9,en;q=0.5",
            "Hệ thống chưa biết bạn là ai.",
            "Đăng nhập lại, hoặc gửi mã truy cập (bearer token) còn hiệu lực.",
        ),
        (
            "fr",
            "Hệ thống chưa biết bạn là ai.",
            "Đăng nhập lại, hoặc gửi mã truy cập (bearer token) còn hiệu lực.",
        ),
        ("en", "We do not know who you are.", "Sign in again, or send a valid bearer token."),
    ],
)
def test_a_refusal_answers_in_the_language_asked_for(
    client: Client, asked: str | None, title: str, remedy: str
) -> None:
    headers = {"Accept-Language": asked} if asked else {}
    answer = client.get("/api/v1/cases/H32.01-261122-0001", headers=headers)
    assert answer.status_code == 401
    problem = answer.json()
    assert (problem["code"], problem["title"], problem["remedy"]) == (
        "not-signed-in",
        title,
        remedy,
    )


def test_an_address_that_nothing_has_is_refused_in_vietnamese(client: Client) -> None:
    answer = client.get("/api/v1/nothing-here", headers={"Accept-Language": "vi"})
    assert answer.status_code == 404
    assert answer.json()["title"] == "Không có gì ở địa chỉ này."


def test_values_stand_in_the_vietnamese_sentence() -> None:
    refusal = FileOverLimit(most="2 KB")
    with translation.override("vi"):
        assert str(refusal) == (
            "Tệp vượt quá giới hạn 2 KB. Quét ở độ phân giải thấp hơn, hoặc chia thành nhiều tệp."
        )
    with translation.override("en"):
        assert str(refusal) == (
            "The file is over the limit of 2 KB. "
            "Scan at a lower resolution, or split it into several files."
        )


def test_a_system_that_is_away_says_so_in_vietnamese() -> None:
    with translation.override("vi"):
        answer = web.unavailable(Unavailable("database", retry_after=7))
    assert answer["Retry-After"] == "7"
    assert "Thử lại sau 7 giây." in answer.content.decode("unicode_escape")
