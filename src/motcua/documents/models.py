"""Stored files, number series and documents."""

from django.db import models
from django.db.models import Q

DIGEST = r"^[0-9a-f]{64}$"


class Status(models.TextChoices):
    RESERVED = "reserved"
    ISSUED = "issued"


class Scan(models.TextChoices):
    UNSCANNED = "unscanned"  # no scanner is set, or the file is of our own making
    WAITING = "waiting"  # the scanner was away; a job asks it again
    CLEAN = "clean"
    INFECTED = "infected"  # it stays sealed and is opened for nobody


class StoredFile(models.Model):
    """What is known of a file; its bytes lie sealed in the storage under `ab/<digest>`."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()  # bytes
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()  # when the bytes came last
    # What sealed the bytes; none for a file stored before files were sealed.
    data_key = models.ForeignKey(
        "privacy.DataKey", null=True, on_delete=models.PROTECT, related_name="+"
    )
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)  # the bytes are gone, what is known of them stays

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="file_digest_form"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_not_empty"),
            models.CheckConstraint(
                condition=Q(scan__in=["unscanned", "waiting"], scanned_at=None)
                | Q(scan__in=["clean", "infected"], scanned_at__isnull=False),
                name="file_scanned_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class Series(models.Model):
    """The last number given to a type of document by an authority in a year."""

    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "type", "year"], name="series_unique")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.year}: {self.last}"


class Document(models.Model):
    """A document in a register. One per subject and purpose, so that a retry takes no new number."""

    id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=20)
    symbol = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    signer = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices)
    token = models.CharField(max_length=64, unique=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    reserved_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(
        "transparency.Entry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "type", "year", "number"], name="document_number_unique"
            ),
            models.UniqueConstraint(fields=["subject", "purpose"], name="document_purpose_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="document_number_positive"),
            models.CheckConstraint(
                condition=Q(status=Status.RESERVED, file=None, issued_at=None, entry=None)
                | Q(
                    status=Status.ISSUED,
                    file__isnull=False,
                    issued_at__isnull=False,
                    entry__isnull=False,
                ),
                name="document_issued_has_file",
            ),
        ]
        indexes = [models.Index(fields=["file"], name="document_of_file")]

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.type} {self.year}"


class Share(models.Model):
    """A link by which anyone may fetch one issued document until a moment, kept as its digest."""

    id = models.UUIDField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the link's secret
    created_by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken back before it expired

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="share_digest_form"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="share_expires_later"
            ),
        ]
        indexes = [
            models.Index(fields=["created_by", "document"], name="share_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} until {self.expires_at}"
