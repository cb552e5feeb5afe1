"""Papers for the demo to attach: a page that says what it stands for, so that nobody takes it for real."""

from functools import lru_cache

import typst

PAGE = """
#set page(paper: "a4", margin: 3cm)
#set text(font: "Libertinus Serif", size: 14pt, lang: "vi")
#align(center)[
  #text(22pt, weight: "bold")[#sys.inputs.name]
  #v(2em)
  #sys.inputs.holder
  #v(8em)
  #text(fill: red, 16pt)[BẢN CHỤP MINH HỌA]
]
"""


@lru_cache(maxsize=64)
def scan(name: str, holder: str) -> bytes:
    """Return a PDF that stands for a scanned paper."""
    made = typst.compile(PAGE.encode(), sys_inputs={"name": name, "holder": holder})
    if not isinstance(made, bytes):
        raise TypeError("one page gives one file")
    return made
