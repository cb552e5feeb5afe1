"""Procedures, and their versions that never change."""

from django.db import models
from django.db.models import Q


class Procedure(models.Model):
    """An administrative procedure; what people look for is copied from its current version."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=2_000)
    name_en = models.CharField(max_length=2_000)
    field_code = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    search_text = models.TextField()  # folded: lower case, no diacritics
    current = models.ForeignKey(
        "catalogue.Version", null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """One published folder. A trigger refuses update and delete (migration 0002)."""

    id = models.BigAutoField(primary_key=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    files = models.JSONField()  # name in the folder -> text
    digest = models.CharField(max_length=64)  # SHA-256 over the names and bytes of the files
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)  # as the event log names who acts

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_number_unique"),
            models.UniqueConstraint(fields=["procedure", "digest"], name="version_digest_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_1"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="version_digest_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} version {self.number}"


class Use(models.Model):
    """How often a procedure was applied for in a month, as the log tells; filled by a reader of it."""

    procedure_code = models.CharField(max_length=40)
    month = models.DateField()  # its first day
    filings = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "procedure_code"], name="use_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="use_month_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code} {self.month:%m/%Y}: {self.filings}"
