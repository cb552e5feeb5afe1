"""Keep the catalogue of interface texts whole: update it from the sources, or check that nothing lacks.

python -m scripts.texts            update src/motcua/locale/vi/LC_MESSAGES/django.po
python -m scripts.texts --check    fail when a text has no Vietnamese, or is no longer used
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "motcua"
CATALOGUE = SOURCES / "locale" / "vi" / "LC_MESSAGES" / "django.po"
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "lazy": None, "ngettext": (1, 2)}
HEADER = rb"""# The Vietnamese of every text of the interface. scripts/texts.py keeps it whole.
msgid ""
msgstr ""
"Project-Id-Version: motcua\n"
"Language: vi\n"
"Plural-Forms: nplurals=1; plural=0;\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""  # without dates, names or versions of tools: the same texts give the same file
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def template_texts(
    file: IO[bytes], keywords: Any, tags: Any, options: Any
) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Yield the texts of a template as Babel wants them: Django turns it into Python, Babel reads that."""
    python = templatize(file.read().decode("utf-8"))
    yield from extract_python(io.BytesIO(python.encode("utf-8")), keywords, tags, options)


def wanted() -> Catalog:
    """Return every text of the sources, with the file that says it."""
    methods: list[tuple[str, Any]] = [
        ("**.py", "python"),
        ("**/templates/**.html", template_texts),
    ]
    catalogue = Catalog(locale="vi", project="motcua", fuzzy=False)
    for file, _line, text, comments, context in extract_from_dir(
        SOURCES, method_map=methods, keywords=KEYWORDS
    ):
        if "/tests/" not in f"/{file}":
            catalogue.add(text, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def written() -> Catalog:
    """Return the catalogue as it is kept."""
    if not CATALOGUE.exists():
        return Catalog(locale="vi")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="vi")


def faults() -> list[str]:
    """Return what keeps the catalogue from being whole."""
    sources, kept = wanted(), written()
    found = []
    for message in sources:
        if not message.id:
            continue
        translation = kept.get(message.id)
        if translation is None or not translation.string:
            found.append(f"no Vietnamese for {message.id!r} ({message.locations[0][0]})")
        elif set(PLACEHOLDER.findall(str(message.id))) != set(
            PLACEHOLDER.findall(str(translation.string))
        ):
            found.append(f"the values in brackets differ for {message.id!r}")
    used = {message.id for message in sources}
    found += [f"no longer used: {message.id!r}" for message in kept if message.id not in used]
    return found


def update() -> None:
    """Write the catalogue anew: new texts are added empty, texts out of use are dropped."""
    kept = written()
    fresh = wanted()
    for message in fresh:
        old = kept.get(message.id) if message.id else None
        if old is not None and old.string:
            message.string = old.string
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        file.write(HEADER)
        write_po(file, fresh, omit_header=True, no_location=True, sort_output=True, width=100)


def main() -> int:
    """Return the exit code."""
    if "--check" not in sys.argv:
        update()
    missing = faults()
    sys.stderr.write("".join(f"{fault}\n" for fault in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
