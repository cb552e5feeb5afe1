"""Keys for the demo: a seal for each authority whose posts are held, a key for each who signs, the log's."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from motcua.config import witness
from motcua.config.demo.offices import LEADER
from motcua.identity import queries as identity
from motcua.identity.values import Authority
from motcua.signing import actions as signing
from motcua.signing.values import Issuance
from motcua.transparency import actions as transparency


def ensure(wards: Sequence[Authority], *, at: datetime) -> None:
    """Make the demo's certification authority and all certificates that are missing."""
    codes = {ward.code for ward in wards}
    offices = [
        each for each in identity.authorities() if each.code in codes or each.level == "sector"
    ]
    signing.create_demo_authority(
        seals=[Issuance(each.code, each.name, each.name, each.code) for each in offices],
        people=[one for each in offices for one in _leaders(each, at=at)],
        at=at,
    )
    witness.ensure_demo(transparency.make_key())


def _leaders(authority: Authority, *, at: datetime) -> Iterator[Issuance]:
    for leader, post in identity.posts_of(authority.code, at=at):
        if LEADER in post.roles:
            yield Issuance(leader.key, leader.name, authority.name, authority.code, post.title)
