"""Two wards and a province with everybody and everything in them, for tests that walk every address.

One birth registered, signed and handed over, one under way, one at the counter, one that waits for a
payment, and a shop for which the province's tax unit is asked.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from motcua.cases.actions import deadlines, filing, looks, notes, operations, saved, tasks
from motcua.cases.queries import cases
from motcua.cases.values import NO_FILTERS
from motcua.catalogue import actions as catalogue
from motcua.catalogue.adapters import folders
from motcua.config.demo import journeys, papers
from motcua.documents import actions as documents
from motcua.documents import queries as issued
from motcua.engines.procedure import parse
from motcua.identity import actions as identity_actions
from motcua.identity import models as identity_models
from motcua.identity import queries as identity
from motcua.identity.actions import mandates
from motcua.identity.values import Actor, Terms
from motcua.intake import actions as intake
from motcua.intake import queries as filings
from motcua.kit import clock
from motcua.payments import queries as payments
from motcua.privacy.actions import complaints
from motcua.privacy.queries import looks as privacy
from motcua.signing import actions as signing
from motcua.signing.values import Issuance

ROOT = Path(__file__).parents[1]
PROVINCE, WARD, OTHER = "H32", "H32.01", "H32.02"
BIRTH, SHOP = "1.001193", "1.001612"
DAY = timedelta(days=1)
NOWHERE: Mapping[str, str] = {  # parts of addresses where nothing is, for anybody
    "uidb36": "1",
    "key": "no-such-key",
    "pk": "1",
    "notice_id": str(uuid.UUID(int=7)),
    "path": "0/000",
    "request_id": str(uuid.UUID(int=7)),
    "breach_id": str(uuid.UUID(int=7)),
    "entry_id": "1",
    "kind": "json",
    "purpose": "none",
    "version": "1.0",
}
NOTHING: Mapping[str, object] = {}
LEADER = "leadership"
POSTS: Mapping[str, tuple[tuple[str, str, tuple[str, ...], bool], ...]] = {
    PROVINCE: (("consulted", "tax", ("tax", "consulted"), False),),
    WARD: (
        ("clerk", "one_stop", ("intake",), False),
        ("officer", "justice", ("officer",), False),
        ("head", "justice", ("officer", "reviewer"), True),
        ("economist", "economy", ("officer",), True),
        ("reviewer", "office", ("reviewer",), True),
        ("admin", "office", ("admin",), False),
        ("leader", LEADER, ("leader",), True),
        ("delegate", "office", ("officer",), False),
    ),
    OTHER: (
        ("other_clerk", "one_stop", ("intake",), True),
        ("other_officer", "justice", ("officer",), True),
        ("other_reviewer", "office", ("reviewer",), True),
        ("other_leader", LEADER, ("leader",), True),
        ("other_admin", "office", ("admin",), False),
    ),
}
CITIZENS = {"applicant": "056195004112", "stranger": "056088001287"}


@dataclass(frozen=True)
class World:
    """Who is there, and the ids that addresses are made of."""

    at: datetime
    people: Mapping[str, uuid.UUID]
    ids: Mapping[str, str]  # what the parts of an address stand for

    def actor(self, name: str) -> Actor:
        """Return a person as they are now."""
        return identity.actor(self.people[name], at=self.at)


def build() -> World:
    """Set everything up and return it."""
    now = clock.now()
    people = _people(now - DAY)
    for code in (BIRTH, SHOP):
        catalogue.publish(folders.read(ROOT / "procedures" / code), by="test", at=now - DAY)
    world = World(now, people, {})
    signing.create_demo_authority(
        seals=[Issuance(WARD, "UBND phường", "UBND phường", WARD)],
        people=[Issuance(str(people["leader"]), "Leader", "UBND phường", WARD, "Chủ tịch")],
        at=now - DAY,
    )
    return World(now, people, _things(world))


def _people(since: datetime) -> dict[str, uuid.UUID]:
    found = {
        name: identity_actions.ensure_person(
            personal_id=number, name=f"Công dân {name}", at=since, phone="0905000001"
        )
        for name, number in CITIZENS.items()
    }
    for number, (code, posts) in enumerate(POSTS.items()):
        level = "province" if code == PROVINCE else "commune"
        authority = identity_actions.ensure_authority(
            code=code,
            parent_code="" if code == PROVINCE else PROVINCE,
            name=f"Ủy ban {code}",
            level=level,
            place="Nha Trang",
        )
        for order, (name, kind, roles, is_head) in enumerate(posts):
            unit = identity_actions.ensure_unit(authority_id=authority, kind=kind, name=kind)
            post = identity_actions.ensure_post(
                unit_id=unit, title=name, roles=roles, is_head=is_head, signing_mode="TM. UBND"
            )
            person = identity_actions.ensure_person(
                personal_id=f"0010900{number}{order:04d}", name=f"Cán bộ {name}", at=since
            )
            identity_actions.take_post(person, post, by="test", at=since)
            found[name] = person
    return found


def _things(world: World) -> dict[str, str]:
    at, applicant = world.at, world.actor("applicant")
    leader, clerk, officer = (world.actor(name) for name in ("leader", "clerk", "officer"))
    _delegate(world, leader)
    delegate = world.actor("delegate")
    done = _file(world, BIRTH, applicant)
    steps = (
        (clerk, "accept"), (officer, "approve"), (world.actor("reviewer"), "forward"),
        (leader, "sign"), (clerk, "return_result"),
    )  # fmt: skip
    for by, outcome in steps:
        _do(done, by, outcome, at)
    open_one = _file(world, BIRTH, applicant)
    _do(open_one, clerk, "accept", at)
    note = notes.write(open_one, text="Gọi lại chiều nay", by=clerk, at=at)
    paid = _file(world, BIRTH, applicant, copies=4)
    _do(paid, clerk, "accept", at)
    asked = _consult(world, clerk)
    draft = _draft(world, BIRTH, applicant)
    counter = _draft(world, BIRTH, clerk, for_person=applicant)
    document = issued.issued(done)[0].id
    share = documents.share(document, days=3, by=applicant, at=at)
    found = cases.as_operator(open_one)
    task = next(each.id for each in found.tasks if each.state == "open")
    attachment = str(_attachment(found.filing_id))
    version = found.version_id
    return {
        "code": open_one,
        "finished_code": done,
        "asked_code": asked,
        "procedure": BIRTH,
        "task_id": str(task),
        "draft_id": str(draft),
        "counter_id": str(counter),
        "filing_id": str(found.filing_id),
        "attachment_id": attachment,
        "file_id": attachment,
        "paid_code": paid,
        "due_id": str(payments.dues(paid)[0].id),
        "document_id": str(document),
        "share_id": str(share.id),
        "secret": share.secret,
        "token": issued.document(document).token,
        "note_id": str(note),
        "view_id": str(_view(officer, at)),
        "operation_id": str(operations.sign_many([task], by=leader, at=at)),
        "mandate_id": str(_mandate(world, at)),
        "relation_id": str(_relation(officer, at)),
        "delegation_id": str(identity.delegations(of=delegate, at=at)[0].id),
        "version_id": str(version),
        **_looked_at(open_one, clerk, applicant, at),
        **NOWHERE,
        "post_id": str(identity_models.Post.objects.get(title="clerk").pk),
        "form": "1",
        "page_id": "child",
    }


def _looked_at(code: str, clerk: Actor, applicant: Actor, at: datetime) -> dict[str, str]:
    """Have the clerk look at a case, and the applicant complain of that."""
    looks.at_case(code, by=clerk, at=at, kinds={"answers"}, place="desk.case")
    look = privacy.at_data_of(applicant.id).rows[0].id
    complaint = complaints.complain(look, text="Tôi thấy lạ", by=applicant, at=at)
    return {"look_id": str(look), "complaint_id": str(complaint)}


def _delegate(world: World, leader: Actor) -> None:
    identity_actions.delegate(
        leader.posts[0].id,
        to=world.people["delegate"],
        starts_at=world.at - timedelta(hours=1),
        ends_at=world.at + DAY,
        by=leader,
        at=world.at - timedelta(hours=1),
    )


def _consult(world: World, clerk: Actor) -> str:
    """File a shop and bring it to where the province's tax unit is asked."""
    code = _file(world, SHOP, world.actor("applicant"))
    _do(code, clerk, "accept", world.at)
    for due in payments.dues(code):
        deadlines.on_payment_settled(code, due=str(due.id), at=world.at)
    _do(code, world.actor("economist"), "enough", world.at)
    return code


def _file(world: World, procedure: str, by: Actor, **answers: object) -> str:
    draft = _draft(world, procedure, by, for_person=None, answers=answers)
    key = f"world-{uuid.uuid4()}"
    return filing.file(draft, idempotency_key=key, by=by, at=world.at).code


def _draft(
    world: World,
    code: str,
    by: Actor,
    *,
    for_person: Actor | None = None,
    answers: Mapping[str, object] = NOTHING,
) -> uuid.UUID:
    procedure = parse.read(folders.read(ROOT / "procedures" / code))
    example = next(each for each in procedure.examples if each.file.endswith("online.yaml"))
    days = (clock.local(world.at).date() - example.filed_at.date()).days
    draft = intake.open_draft(
        procedure_code=code,
        authority_code=WARD,
        channel="counter" if for_person else "online",
        applicant_kind="citizen",
        by=by,
        at=world.at,
        for_person=for_person,
    )
    said = journeys.moved(example.answers, days=days) | dict(answers)
    intake.save(draft.id, answers=said, by=by, at=world.at)
    held = [each.id for each in procedure.facts.papers if each.register in example.held]
    for paper in dict.fromkeys([*example.papers, *held]):
        content = papers.scan(paper, by.name)
        intake.attach(
            draft.id, paper_id=paper, name=f"{paper}.pdf", chunks=[content],
            declared_size=len(content), by=by, at=world.at,
        )  # fmt: skip
    return draft.id


def _do(code: str, by: Actor, outcome: str, at: datetime) -> None:
    task = next(each for each in cases.as_operator(code).tasks if each.state == "open")
    tasks.complete(task.id, outcome=outcome, reason="theo hồ sơ", by=by, at=at)


def _attachment(filing_id: uuid.UUID) -> uuid.UUID:
    return filings.filing(filing_id).papers[0].attachment_id


def _view(by: Actor, at: datetime) -> int:
    return saved.save_view(name="Mine", queue="my_tasks", filters=NO_FILTERS, by=by, at=at)


def _mandate(world: World, at: datetime) -> uuid.UUID:
    """Offer the applicant's mandate to nobody else of the world: it waits for its answer."""
    terms = Terms(frozenset({"follow"}), frozenset(), at, at + DAY)
    return mandates.give(
        holder_number="056088009999",
        holder_name="Lê Văn Ba",
        terms=terms,
        by=world.actor("applicant"),
        at=at,
    )


def _relation(by: Actor, at: datetime) -> uuid.UUID:
    return identity_actions.declare_relation(
        kind="spouse", personal_id="001090099999", name="Nguyễn Văn A", by=by, at=at
    )
