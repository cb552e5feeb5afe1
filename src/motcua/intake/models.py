"""Drafts, filings with what they said before a supplement, and the files that came with them."""

from django.db import models
from django.db.models import Q


class Channel(models.TextChoices):
    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class ApplicantKind(models.TextChoices):
    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"
    AGENCY = "agency"
    OTHER = "other"


class Draft(models.Model):
    """A filing not sent yet, under the version of the procedure it began with."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    counter = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    applicant_kind = models.CharField(max_length=10, choices=ApplicantKind.choices)
    answers = models.JSONField(default=dict)  # without the sensitive ones
    sealed = models.BinaryField(db_default=b"")  # the sensitive ones
    data_key = models.ForeignKey(
        "privacy.DataKey", null=True, on_delete=models.PROTECT, related_name="+"
    )
    papers_held = models.JSONField(default=list)  # ids of papers that a register answered for
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="draft_channel"),
            models.CheckConstraint(
                condition=Q(applicant_kind__in=ApplicantKind.values), name="draft_applicant_kind"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, submitted_at=None)
                | Q(is_open=False, submitted_at__isnull=False),
                name="draft_open_until_submitted",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], condition=Q(is_open=True), name="draft_own"),
            models.Index(
                fields=["counter", "-id"],
                condition=Q(is_open=True) & ~Q(channel=Channel.ONLINE),
                name="draft_at_counter",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Filing(models.Model):
    """A draft that was sent; supplements change it and leave revisions."""

    id = models.UUIDField(primary_key=True)
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    # By which right somebody else than the applicant sent it; none at the counter.
    mandate = models.ForeignKey(
        "identity.Mandate", null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    counter = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    applicant_kind = models.CharField(max_length=10, choices=ApplicantKind.choices)
    answers = models.JSONField()  # without the sensitive ones
    sealed = models.BinaryField(db_default=b"")  # the sensitive ones
    data_key = models.ForeignKey(
        "privacy.DataKey", null=True, on_delete=models.PROTECT, related_name="+"
    )
    papers_held = models.JSONField(default=list)
    idempotency_key = models.CharField(max_length=100)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submitted_by", "idempotency_key"], name="filing_key_unique"
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="filing_channel"),
            models.CheckConstraint(
                condition=Q(applicant_kind__in=ApplicantKind.values), name="filing_applicant_kind"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Revision(models.Model):
    """What a filing said before a supplement."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # 1 for what was first sent
    answers = models.JSONField()  # without the sensitive ones
    sealed = models.BinaryField(db_default=b"")  # the sensitive ones, under the filing's key
    replaced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filing", "number"], name="revision_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.number}"


class Attachment(models.Model):
    """A file that stands for one paper. It is part of the filing once `filing` is set."""

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, null=True, on_delete=models.PROTECT, related_name="+")
    paper_id = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "paper_id", "file"], name="attachment_once")
        ]

    def __str__(self) -> str:
        return self.name
