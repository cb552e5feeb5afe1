"""Every component in both languages: nothing inline, words beside shapes, names that forms can read."""

import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory
from django.utils import translation

from motcua.design import values
from motcua.design.templatetags import design as tags
from motcua.design.values import Choice, Input
from motcua.kit.clock import VIETNAM

DESIGN = Path(__file__).resolve().parents[1]
SOURCES = DESIGN.parent
TEMPLATES = sorted(SOURCES.glob("*/templates/**/*.html"))
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=VIETNAM)
GALLERIES = ["/design/", "/design/official/"]


class Page(HTMLParser):
    """What the tests ask of a page: elements with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def all(self, attribute: str) -> list[str]:
        return [found[attribute] for _tag, found in self.elements if attribute in found]


@pytest.fixture(
    params=[(path, language) for path in GALLERIES for language in ("vi", "en")], ids=str
)
def page(request: pytest.FixtureRequest, client: Client) -> Page:
    path, language = request.param
    answer = client.get(path, {"language": language}, headers={"accept-language": "vi"})
    assert answer.status_code == 200
    return Page(answer.content.decode())


def test_nothing_is_inline(page: Page) -> None:
    for tag, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith(("on", "hx-on"))]
        if tag == "script":
            assert attributes["src"].startswith("/static/")


def test_ids_are_unique(page: Page) -> None:
    ids = page.all("id")
    assert sorted(set(ids)) == sorted(ids)


def test_every_label_description_and_error_leads_to_something(page: Page) -> None:
    ids = set(page.all("id"))
    wanted = {
        *page.all("for"),
        *(each for text in page.all("aria-describedby") for each in text.split()),
    }
    wanted |= {each[1:] for each in page.all("href") if each.startswith("#")}
    assert wanted <= ids, wanted - ids


def test_every_input_has_a_label(page: Page) -> None:
    labelled = set(page.all("for"))
    for tag, attributes in page.elements:
        is_hidden = attributes.get("type") == "hidden" or "data-pick" in attributes
        if (
            tag in ("input", "select", "textarea")
            and not is_hidden
            and "data-pick-all" not in attributes
        ):
            assert attributes["id"] in labelled, attributes


def test_no_template_anywhere_has_inline_style_or_script() -> None:
    found = [
        f"{path.relative_to(SOURCES)}: {match.group()}"
        for path in TEMPLATES
        for match in re.finditer(
            r"\sstyle=|\son[a-z]+=\"|\shx-on|<script(?![^>]*\ssrc=)|<style|javascript:",
            path.read_text(),
        )
    ]
    assert not found, found


def icons() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for name in re.findall(r"{% icon ['\"]([^'\"]+)['\"]", path.read_text()):
            yield path.name, name


def test_every_icon_that_is_named_is_built() -> None:
    named = {*(DESIGN / "icons.txt").read_text().split("\n")}
    assert [pair for pair in icons() if pair[1] not in named] == []
    for shape in values.SHAPES.values():
        assert str(tags.icon(shape)).startswith("<svg")


def test_an_icon_we_lack_is_told_clearly() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"icons\.txt"):
        tags.icon("unicorn")


def rendered(source: str, **context: object) -> str:
    request = RequestFactory().get("/cases/")
    request.moment = NOW  # type: ignore[attr-defined]
    return Template("{% load design %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    "path, current", [("/cases/", "page"), ("/cases/x/", "true"), ("/", None), ("/other/", None)]
)
def test_the_menu_marks_where_we_are(path: str, current: str | None) -> None:
    request = RequestFactory().get(path)
    text = Template('{% load design %}{% menu_link "Cases" "/cases/" %}').render(
        Context({"request": request})
    )
    found = re.search(r'aria-current="(\w+)"', text)
    assert (found.group(1) if found else None) == current


def test_what_a_person_typed_is_shown_again_and_never_run() -> None:
    hostile = '"><script>alert(1)</script>'
    for widget in (
        "text",
        "textarea",
        "money",
        "personal_id",
        "phone",
        "email",
        "address",
        "number",
    ):
        text = rendered(
            "{% field f %}", f=Input("a.b", hostile, widget, hostile, hostile, errors=(hostile,))
        )
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def names(source: Input) -> list[str]:
    page = Page(rendered("{% field f %}", f=source))
    return [each for each in page.all("name") if each]


def test_names_are_those_that_posted_forms_are_read_by() -> None:
    assert names(Input("child.name", "")) == ["asked", "child.name"]
    assert names(Input("birth", "", "date")) == ["asked", "birth.day", "birth.month", "birth.year"]
    inner = Input("members.0.name", "", is_inner=True)
    table = Input("members", "", "table", rows=((inner,),))
    assert names(table) == ["asked", "members.0.name", "remove_row", "add_row"]
    home = Input("home", "", "address", parts=(Input("home.ward", "", is_inner=True),))
    assert names(home) == ["asked", "home.ward"]
    kinds = Input("kind", "", "radio", choices=(Choice("new", ""), Choice("again", "")))
    assert names(kinds) == ["asked", "kind", "kind"]


def test_an_unticked_box_is_announced_and_a_ticked_one_sends_true() -> None:
    page = Page(rendered("{% field f %}", f=Input("sure", "", "checkbox", value="true")))
    boxes = [found for _tag, found in page.elements if found.get("type") == "checkbox"]
    assert [(box["value"], "checked" in box) for box in boxes] == [("true", True)]


@pytest.mark.parametrize(
    "source",
    [
        Input("a", "", "date", errors=("x",)),
        Input("a", "", "radio", choices=(Choice("1", ""),), errors=("x",)),
        Input("a", "", "file", errors=("x",)),
        Input("a", "", "table", rows=((Input("a.0.b", "", is_inner=True),),), errors=("x",)),
        Input("a", "", "table", errors=("x",)),
        Input("a", "", "address", parts=(Input("a.b", "", is_inner=True),), errors=("x",)),
        Input("a", "", "checkbox", errors=("x",)),
        Input("a", "", "select", errors=("x",)),
    ],
)
def test_an_error_leads_to_what_takes_the_focus(source: Input) -> None:
    assert source.first_id in Page(rendered("{% field f %}", f=source)).all("id")


def test_an_error_summary_is_there_only_when_something_is_wrong() -> None:
    assert rendered("{% error_summary w %}", w=()).strip() == ""
    text = rendered("{% error_summary w %}", w=(values.Wrong("Enter it", "field-a"),))
    assert 'href="#field-a"' in text and 'role="alert"' in text and 'tabindex="-1"' in text


@pytest.mark.parametrize(
    "due, words, tone",
    [
        (datetime(2026, 11, 24, 17, tzinfo=VIETNAM), "2 days left", "done"),
        (datetime(2026, 11, 23, 17, tzinfo=VIETNAM), "1 day left", "done"),
        (datetime(2026, 11, 22, 17, tzinfo=VIETNAM), "today 17:00", "waiting"),
        (datetime(2026, 11, 22, 5, 12, tzinfo=VIETNAM), "4 hours late", "late"),
        (None, "no deadline", "neutral"),
    ],
)
def test_a_deadline_is_told_by_words_a_shape_and_a_tone(
    due: datetime | None, words: str, tone: str
) -> None:
    with translation.override("en"):
        status = tags.due_status(due, at=NOW)
        text = rendered("{% due d %}", d=due)
    assert (status.word, status.tone) == (words, tone)
    assert words in text and str(tags.icon(values.SHAPES[tone])) in text


def test_a_tag_that_needs_the_request_says_so() -> None:
    with pytest.raises(TemplateSyntaxError, match="request"):
        Template("{% load design %}{% due d %}").render(Context({"d": NOW}))


def test_the_language_switch_comes_back_to_the_same_page() -> None:
    request = RequestFactory().get("/cases/", {"q": "a b", "language": "vi"})
    with translation.override("vi"):
        shown = tags.language_switch(Context({"request": cast(HttpRequest, request)}))
    assert shown["address"] == "/language/en/?next=%2Fcases%2F%3Fq%3Da%2Bb"


@pytest.mark.parametrize(
    "following", ["//evil.example", "https://evil.example/", "javascript:x", ""]
)
def test_the_switch_leads_nowhere_else(client: Client, following: str) -> None:
    answer = client.get("/language/en/", {"next": following})
    assert answer["Location"] == "/"
    assert answer.cookies["django_language"].value == "en"


def test_a_language_we_lack_is_absent(client: Client) -> None:
    assert client.get("/language/fr/").status_code == 404


@pytest.mark.parametrize("language, ahead", [("vi", "chưa đến"), ("en", "still to come")])
def test_steps_say_where_a_case_is_only_where_there_is_a_case(language: str, ahead: str) -> None:
    steps = (values.Step("Tiếp nhận", "ahead"), values.Step("Ký", "ahead"))
    with translation.override(language):
        of_case = rendered("{% flow flow %}", flow=values.Flow(steps=steps))
        of_procedure = rendered("{% flow flow %}", flow=values.Flow(steps=steps, is_of_case=False))
    assert of_case.count(ahead) == 2
    assert ahead not in of_procedure and "Tiếp nhận" in of_procedure


@pytest.mark.parametrize("script", sorted(DESIGN.glob("scripts/*.js")), ids=lambda path: path.name)
def test_scripts_hold_no_words_for_people(script: Path) -> None:
    """Words come from the page, in its language: a text of two words or more in a script has none."""
    code = re.sub(r"//[^\n]*", "", script.read_text())
    said = re.findall(r"[\"'`]([^\"'`\n]*)[\"'`]", code)
    assert not [each for each in said if re.match(r"[A-Z][a-z]+ [a-z]", each)]
