"""What happened. Answers and names of files are personal: they stay out of the log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilingSubmitted:
    """A draft was sent."""

    filing: str
    procedure: str  # code
    version: int
    channel: str
    papers: int  # how many files came with it
    mandate: str = ""  # by which somebody else than the applicant sent it
    person: str = ""  # whose filing it is


@dataclass(frozen=True, slots=True)
class FilingSupplemented:
    """What was asked for was sent."""

    filing: str
    revision: int
    has_new_answers: bool
    papers: int  # how many files were added
