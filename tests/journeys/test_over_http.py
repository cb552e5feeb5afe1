"""A birth from the filing to the signed certificate, over HTTP, and what people may not do on the way."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.conftest import People, done


def new_case(people: People) -> str:
    return str(done(people.file_birth(key=f"test-{uuid.uuid4()}")).json()["code"])


def problem(answer: httpx.Response) -> str:
    """Return the code of a refusal, which must be a whole problem in words."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    body = answer.json()
    assert body["title"] and body["remedy"] and body["status"] == answer.status_code
    return str(body["code"])


def test_from_a_filing_to_a_signed_certificate_that_anyone_can_verify(
    people: People, tmp_path: Path
) -> None:
    code = new_case(people)
    for role, outcome in (
        ("intake", "accept"),
        ("officer", "approve"),
        ("reviewer", "forward"),
        ("leader", "sign"),
        ("intake", "return_result"),
    ):
        done(people.complete(code, role, outcome))
    case = done(people.citizen.get(f"/cases/{code}")).json()
    assert case["status_name"] == "returned"
    assert [slip["form"] for slip in case["slips"]] == [1]
    (document,) = case["documents"]
    pdf = done(people.citizen.get(f"/documents/{document['id']}/content"))
    assert pdf.headers["content-type"] == "application/pdf"
    verdict = done(people.stranger.post("/verifications", files={"file": pdf.content})).json()
    assert verdict["is_valid"] is True
    changed = pdf.content[:4000] + bytes([pdf.content[4000] ^ 1]) + pdf.content[4001:]
    verdict = done(people.stranger.post("/verifications", files={"file": changed})).json()
    assert verdict["is_valid"] is False
    kinds = [entry["kind"] for entry in done(people.citizen.get(f"/cases/{code}/history")).json()]
    assert kinds[0] == "cases.CaseFiled"
    assert {"cases.CaseAccepted", "cases.DecisionSigned", "cases.ResultReturned"} <= set(kinds)


def test_the_same_key_gives_one_case(people: People) -> None:
    draft, key = people.draft_birth(), f"test-{uuid.uuid4()}"
    headers = {"Idempotency-Key": key}

    def submit(_: int) -> httpx.Response:
        return people.citizen.post("/filings", json={"draft_id": draft}, headers=headers)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(submit, range(4)))
    assert {answer.json()["code"] for answer in answers if answer.is_success}.__len__() == 1
    assert all(answer.status_code in {200, 201, 409} for answer in answers)
    again = submit(0)
    assert again.status_code == 200
    assert again.json()["is_new"] is False


def test_the_same_step_twice_at_once_is_done_once_and_the_other_is_told(people: People) -> None:
    code = new_case(people)
    task = people.open_task(code, "intake")

    def accept(_: int) -> httpx.Response:
        return people.officials["intake"].post(
            f"/tasks/{task['id']}/complete", json={"outcome": "accept"}
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(accept, range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
    assert {problem(each) for each in answers if each.status_code == 409} == {"task-not-open"}
    kinds = [entry["kind"] for entry in people.citizen.get(f"/cases/{code}/history").json()]
    assert kinds.count("cases.CaseAccepted") == 1


def test_case_codes_do_not_collide_when_many_file_at_once(people: People) -> None:
    drafts = [people.draft_birth() for _ in range(8)]

    def submit(draft: str) -> str:
        headers = {"Idempotency-Key": f"test-{uuid.uuid4()}"}
        answer = people.citizen.post("/filings", json={"draft_id": draft}, headers=headers)
        return str(done(answer).json()["code"])

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(submit, drafts))
    assert len(set(codes)) == len(drafts)


def test_nobody_does_what_is_not_theirs(people: People) -> None:
    code = new_case(people)
    task = people.open_task(code, "intake")
    path = f"/tasks/{task['id']}/complete"
    assert problem(people.stranger.get(f"/cases/{code}")) == "no-such-case"
    assert problem(people.officials["officer"].post(path, json={"outcome": "accept"})) == (
        "not-your-task"
    )
    assert problem(people.citizen.post(path, json={"outcome": "accept"})) == "not-allowed"
    assert problem(people.officials["intake"].post(path, json={"outcome": "sign"})) == (
        "step-refused"
    )
    assert problem(people.officials["intake"].post(path, json={"outcome": "refuse"})) == (
        "reason-missing"
    )
    anonymous = httpx.get(f"{people.site.address}/api/v1/cases/{code}")
    assert anonymous.status_code == 401
    assert problem(anonymous) == "not-signed-in"


def test_what_is_incomplete_cannot_be_submitted_and_stays_saved(people: People) -> None:
    draft = people.draft_birth()
    saved = done(people.citizen.get(f"/drafts/{draft}")).json()["answers"]
    saved["child"]["full_name"] = ""
    done(people.citizen.patch(f"/drafts/{draft}", json={"answers": saved}))
    headers = {"Idempotency-Key": f"test-{uuid.uuid4()}"}
    answer = people.citizen.post("/filings", json={"draft_id": draft}, headers=headers)
    assert problem(answer) == "incomplete"
    assert any("full_name" in error["path"] for error in answer.json()["errors"])
    assert done(people.citizen.get(f"/drafts/{draft}")).json()["answers"] == saved


def test_an_applicant_withdraws_and_the_case_ends(people: People) -> None:
    code = new_case(people)
    done(people.citizen.post(f"/cases/{code}/withdraw", json={"reason": "Tôi đổi ý"}))
    case = people.citizen.get(f"/cases/{code}").json()
    assert case["status_name"] == "withdrawn"
    assert [task["state"] for task in case["tasks"]] == ["closed"]
    again = people.citizen.post(f"/cases/{code}/withdraw", json={"reason": "lần nữa"})
    assert problem(again) == "step-refused"
