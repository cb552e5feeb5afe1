"""Looks, what people say of them, and what the rights of the person lead to."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Look(models.Model):
    """One reading of personal data, however many people it showed. Triggers keep it as it was written."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=100, blank=True)  # as it was called then
    unit = models.CharField(max_length=200, blank=True)
    authority_code = models.CharField(max_length=35, blank=True)
    place = models.CharField(max_length=40)  # the page, file or address that showed it
    purpose_kind = models.CharField(max_length=10)
    purpose_text = models.CharField(max_length=500, blank=True)
    task = models.UUIDField(null=True)
    ground = models.CharField(max_length=40)  # code of a purpose of the law's data
    subjects = ArrayField(models.UUIDField())  # whose data
    references = ArrayField(models.CharField(max_length=80))  # beside it: which case
    kinds = ArrayField(models.CharField(max_length=20))
    salt = models.BinaryField()
    commitment = models.BinaryField()
    entry = models.ForeignKey(  # of the log, which seals it
        "transparency.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], name="look_of_person"),
            models.Index(fields=["id"], condition=Q(entry=None), name="look_not_sealed"),
            models.Index(fields=["entry", "id"], name="look_of_seal"),
            models.Index(fields=["authority_code", "-id"], name="look_of_authority"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} at {self.at}"


class Complaint(models.Model):
    """What a person says of a look that seems wrong to them, and the answer."""

    id = models.UUIDField(primary_key=True)
    look = models.ForeignKey(Look, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    is_justified = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "identity.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["look", "person"], name="complaint_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, is_justified=None)
                | Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    is_justified__isnull=False,
                ),
                name="complaint_answered_wholly",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "due_at", "id"],
                condition=Q(answered_at=None),
                name="complaint_open",
            ),
            models.Index(fields=["person", "-id"], name="complaint_of_person"),
        ]

    def __str__(self) -> str:
        return f"complaint on {self.look_id}"


class DataKey(models.Model):
    """The key that sealed one draft, filing or file, wrapped with a key that lies outside the database."""

    id = models.UUIDField(primary_key=True)
    key_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key_id"], name="data_key_of_key")]

    def __str__(self) -> str:
        return f"{self.pk} under {self.key_id}"
