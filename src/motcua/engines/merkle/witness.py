"""What a witness answers to a checkpoint (C2SP tlog-witness, add-checkpoint)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from motcua.engines.merkle import check, checkpoints, notes, proofs
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import Declined, Malformed, NotProved, Untrusted
from motcua.engines.merkle.model import EMPTY, Head


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that extends what the witness saw: store it, and only then send the cosignature."""

    told: Checkpoint
    note: notes.Note


def consider(
    request: bytes,
    *,
    logs: Mapping[str, Sequence[notes.Key]],
    seen: Callable[[str], Head | None],
) -> Accepted:
    """Return the checkpoint that may be cosigned; raises Declined with the answer to give instead.

    `logs` are the keys by origin, `seen` the latest head that was cosigned for an origin. The caller
    holds a lock from before this until what it stores is on the disk.
    """
    try:
        proof = proofs.parse_extension(request)
        told = checkpoints.parse(proof.checkpoint.text)
    except Malformed as error:
        raise Declined(400, str(error)) from error
    if told.origin not in logs:
        raise Declined(404, f"this witness does not know the log {told.origin}")
    try:
        told = checkpoints.opened(proof.checkpoint, logs[told.origin])
    except Untrusted as error:
        raise Declined(403, str(error)) from error
    if proof.old > told.head.size:
        raise Declined(400, f"the old size {proof.old} is over the size {told.head.size}")
    last = seen(told.origin) or EMPTY
    if proof.old != last.size:
        raise Declined(409, "the old size is not that of the latest checkpoint", size=last.size)
    if proof.old == told.head.size and told.head.root != last.root:
        raise Declined(409, f"two histories at size {last.size}", size=last.size)
    try:
        check.consistency(old=last, new=told.head, proof=proof.hashes)
    except NotProved as error:
        raise Declined(422, str(error)) from error
    return Accepted(told, proof.checkpoint)


def cosign(accepted: Accepted, by: notes.Signer, *, time: int) -> notes.Signature:
    """Return the cosignature on a checkpoint that was accepted and stored."""
    return notes.sign(accepted.note.text, by, time=time)
