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
    # Numbers of others whom it showed, as answers name them: some have never been here.
    named = ArrayField(models.CharField(max_length=14), db_default=[])
    salt = models.BinaryField()
    commitment = models.BinaryField()
    entry = models.ForeignKey(  # of the log, which seals it
        "transparency.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], name="look_of_person"),
            GinIndex(fields=["named"], name="look_of_number"),
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


class Consent(models.Model):
    """What a person agreed to: which version of which text, when, how; and when they took it back."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()  # as the person read it
    channel = models.CharField(max_length=10)
    proof = models.CharField(max_length=200)  # what shows that the person did it
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_holds_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} of {self.person_id}"


class Request(models.Model):
    """What a person asks about their own data, with the time limits of the law."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="filed")
    filed_at = models.DateTimeField()
    respond_by = models.DateTimeField()
    due_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    response = models.TextField(blank=True)
    extended_at = models.DateTimeField(null=True)
    extension_reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["see", "correct", "erase", "restrict", "object"]),
                name="request_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "taken_up"], ended_at=None)
                | Q(
                    state__in=["granted", "refused", "withdrawn", "lifted"], ended_at__isnull=False
                ),
                name="request_over_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "due_at", "id"],
                condition=Q(ended_at=None),
                name="request_open",
            ),
            models.Index(fields=["person", "-id"], name="request_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Breach(models.Model):
    """Personal data that came where it should not, with the clock of the notice."""

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    notify_by = models.DateTimeField()
    what = models.TextField()
    kinds = models.CharField(max_length=300)
    people = models.PositiveIntegerField()  # how many, as far as is known
    measures = models.TextField()
    recorded_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=100, blank=True)  # number of the notice
    why_late = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(notify_by__gt=models.F("found_at")), name="breach_clock_runs"
            ),
            models.CheckConstraint(
                condition=Q(notified_at=None) | ~Q(reference=""), name="breach_notice_has_number"
            ),
        ]
        indexes = [models.Index(fields=["authority", "-id"], name="breach_of_authority")]

    def __str__(self) -> str:
        return f"breach found {self.found_at}"
