"""What people type never becomes code: searches, filters, parameters and pages, by hypothesis."""

import html
import json
import string
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.cases.queries import inbox
from motcua.cases.values import Filters
from motcua.documents.adapters import typesetter
from motcua.engines.flow import errors as flow_errors
from motcua.engines.flow import parse as flow_parse
from motcua.identity.values import Actor, Post
from motcua.kit.errors import Refused

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EVIL = (
    "' OR '1'='1", "'; DROP TABLE cases_case; --", '" OR 1=1 --', "') UNION SELECT version() --", "\\'; --",
    "1; SELECT pg_sleep(9)", "%' OR name LIKE '%", "{{7*7}}", "{% load i18n %}{{ settings.SECRET_KEY }}",
    "${7*7}", "#{7*7}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a:* & !b | (c",
    "\u0000", "\ufeff", "\u202e", "%s%s%n", "../../etc/passwd", "'::tsquery", "$$;--", "E'\\x27'",
)  # fmt: skip
typed = st.one_of(
    st.sampled_from(EVIL),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
    st.text(alphabet="'\"\\;%_-*&|!():<>{}$# \n" + string.ascii_letters, max_size=40),
    st.builds(
        "{}{}".format, st.sampled_from(EVIL), st.text(max_size=10).filter(lambda t: t.isprintable())
    ),
)
often = settings(max_examples=60, suppress_health_check=list(HealthCheck))
official = Actor(
    uuid.UUID(int=1), "x", "0" * 12,
    (Post(1, "t", frozenset({"officer"}), 1, "u", "U", False, "", 1, "H32.01"),),
)  # fmt: skip


def tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relkind = 'r'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@often
@given(said=typed, queue=st.sampled_from(inbox.QUEUES), filtered=typed)
def test_the_inbox_finds_or_refuses(said: str, queue: str, filtered: str) -> None:
    before = tables()
    filters = Filters(procedure=filtered, field=filtered)
    for search in (said, ""):
        found = inbox.rows(official, queue=queue, at=AT, search=search, filters=filters)
        assert found.rows == ()
    for after in (said, f"{said}|{said}"):
        try:
            inbox.rows(official, queue=queue, at=AT, after=after)
        except Refused as refusal:
            assert refusal.status < 500
    assert tables() == before


@pytest.mark.django_db
@often
@given(said=typed)
def test_pages_show_what_was_typed_as_text_and_run_nothing(said: str) -> None:
    client = Client()
    for path, name in ((reverse("portal:search"), "q"), (reverse("portal:track"), "code")):
        answer = client.get(path, {name: said})
        assert answer.status_code < 500
        shown = answer.content.decode()
        assert "49" not in shown or "49" in said or said not in ("{{7*7}}", "${7*7}", "#{7*7}")
        for mark in ("<script>alert", "<img src=x"):
            assert mark not in shown
        assert "motcua.config" not in shown


@pytest.mark.django_db
@often
@given(said=typed, other=typed)
def test_the_api_answers_whatever_its_parameters_say(said: str, other: str) -> None:
    client = Client()
    for path in ("/api/v1/procedures", "/api/v1/authorities", "/api/v1/verifications/" + "x"):
        answer = client.get(
            path, {"search": said, "q": said, "after": other, "limit": said, "level": other}
        )
        assert answer.status_code < 500, (path, said)
    body = json.dumps({"procedure_code": said, "authority_code": other, said: other})
    answer = client.post("/api/v1/payments/callback", body, "application/json")
    assert 400 <= answer.status_code < 500
    answer = client.post(
        "/api/v1/drafts",
        body,
        "application/json",
        headers={
            "authorization": "Bearer " + "".join(c for c in said if c.isascii() and c.isprintable())
        },
    )
    assert answer.status_code in (400, 401, 422)


@pytest.mark.django_db
def test_what_is_shown_is_escaped() -> None:
    said = "<script>alert(1)</script>"
    shown = Client().get(reverse("portal:search"), {"q": said}).content.decode()
    assert said not in shown
    assert html.escape(said) in shown or html.escape(said, quote=False) in shown


OF_TYPST = (
    '#panic("run")', '#read("/etc/passwd")', '"; #panic() //', "]#panic()[", "#{panic()}", "$panic()$",
    "#import sys: *", "`#panic()`", "<label>", "@label", "= Mục lớn", "\\#panic()", "{{7*7}}", "#eval(\"1\")",
)  # fmt: skip
WRITTEN = """#import "/decree30.typ": *
#show: sheet.with(title: "thử")
#assert.eq(data.said.codepoints().map(str.to-unicode), data.points)
#data.said"""


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    said=st.one_of(
        st.sampled_from(OF_TYPST),
        st.builds(
            "{}{}".format, st.sampled_from(OF_TYPST), st.text('#[]{}()$"\\` abc', max_size=20)
        ),
        st.text('#[]{}()$"\\`*_=<>@;:/ panicread0', max_size=40),
    )
)
def test_what_was_answered_is_printed_and_never_run_by_a_template(said: str) -> None:
    data = {"said": said, "points": [ord(each) for each in said]}
    assert typesetter.draw(WRITTEN, data, at=AT).startswith(b"%PDF")


# ---- XML ----------------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a%s;" % (n - 1 if n else "") * 10}">' for n in range(1, 10))
    + "]><definitions>&a9;</definitions>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'
DEEP = "<a>" * 100_000 + "</a>" * 100_000
QUADRATIC = '<!DOCTYPE d [<!ENTITY b "' + "b" * 100_000 + '">]><d>' + "&b;" * 10_000 + "</d>"


@pytest.mark.parametrize(
    "text", [BOMB, OUTSIDE, DEEP, QUADRATIC, "", "<a", "\u0000", "<a xmlns:x='y'><x:b/>"]
)
def test_a_flow_that_is_a_bomb_is_refused(text: str) -> None:
    with pytest.raises(flow_errors.Malformed) as refused:
        flow_parse.parse(text.encode())
    assert "root:" not in str([each.message for each in refused.value.faults])


# ---- more than anybody sends --------------------------------------------------------------------


@pytest.mark.django_db
def test_a_great_many_fields_and_headers_are_refused() -> None:
    client = Client(headers={"accept": "application/json"})
    path = reverse("portal:track")
    assert client.post(path, {f"f{number}": "x" for number in range(2_000)}).status_code == 400
    assert client.post(path, {"code": "x" * 3_000_000}).status_code in (400, 413)
    assert client.post("/api/v1/drafts", "[" * 100_000, "application/json").status_code in (
        400,
        401,
    )
    nested = '{"a":' * 50_000 + "1" + "}" * 50_000
    assert client.post("/api/v1/payments/callback", nested, "application/json").status_code in (
        400,
        413,
        422,
    )
    assert client.get("/", headers={"cookie": "a=" + "x" * 100_000}).status_code == 200
    assert client.get("/", headers={"accept-language": "vi," * 20_000}).status_code == 200
    assert client.get(path, {"code": "x" * 100_000}).status_code < 500
