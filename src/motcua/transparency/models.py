"""The log, its personal parts kept apart, and the cursors of its readers."""

from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    """PostgreSQL's 64-bit id of the present transaction, never reused in the life of the cluster."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()
    arity = 0


class Entry(models.Model):
    """One thing that happened. A trigger refuses update and delete (migration 0001)."""

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=CurrentTransaction())
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    authority = models.CharField(max_length=35, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    facts = models.JSONField()
    commitment = models.BinaryField(default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["transaction", "id"], name="entry_order"),
            models.Index(fields=["subject", "transaction", "id"], name="entry_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.subject}"


class PersonalPart(models.Model):
    """The personal part of an entry, which can be erased without breaking a proof."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    salt = models.BinaryField()
    content = models.JSONField()

    def __str__(self) -> str:
        return f"personal part of {self.entry_id}"


class Reader(models.Model):
    """How far a reader of the log has come."""

    name = models.CharField(max_length=40, primary_key=True)
    transaction = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.transaction}/{self.entry}"


class Leaf(models.Model):
    """The place of an entry in the public log. Append-only too (migration 0003)."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    salt = models.BinaryField()  # keeps what the entry says from being guessed from its hash
    sequenced_at = models.DateTimeField()
    hash = models.BinaryField()  # of the leaf, after RFC 6962

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(index__gte=0), name="leaf_index_from_zero")
        ]

    def __str__(self) -> str:
        return f"leaf {self.index}: entry {self.entry_id}"
