"""Text can be read on its ground: 4.5:1, and the edges of controls 3:1 (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[1] / "styles" / "_tokens.scss").read_text()
COLOURS = dict(re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", TOKENS, re.MULTILINE))
TEXT, EDGE = 4.5, 3.0


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "text, ground",
    [
        *(
            (text, ground)
            for text in ("ink", "muted", "link", "late", "leaf")
            for ground in ("paper", "card")
        ),
        ("leaf", "leaf-soft"),
        ("amber", "card"),
        ("late", "late-soft"),
        ("lacquer", "lacquer-soft"),
        ("link", "link-soft"),
        ("ink", "amber-soft"),
        ("muted", "neutral-soft"),
        ("rail-text", "rail"),
        ("rail-text", "rail-here"),
        ("rail-muted", "rail"),
        *(("card", ground) for ground in ("lacquer", "lacquer-deep", "leaf", "leaf-deep", "ink")),
    ],
)
def test_text_on_its_ground(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= TEXT


@pytest.mark.parametrize("ground", ["paper", "card"])
def test_edges_of_controls(ground: str) -> None:
    assert contrast(COLOURS["control"], COLOURS[ground]) >= EDGE


@pytest.mark.parametrize("ground", sorted(COLOURS))
def test_one_of_the_two_rings_of_focus_is_seen_on_every_ground(ground: str) -> None:
    assert (
        max(contrast(COLOURS["ink"], COLOURS[ground]), contrast("#ffffff", COLOURS[ground])) >= EDGE
    )
