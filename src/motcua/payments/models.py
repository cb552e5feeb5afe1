"""One table: what is due, and how it was paid."""

from django.db import models
from django.db.models import Q


class Status(models.TextChoices):
    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"


class Method(models.TextChoices):
    COUNTER = "counter"
    GATEWAY = "gateway"


class Due(models.Model):
    """An amount that a person owes an authority for one purpose."""

    id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=80)
    procedure_code = models.CharField(max_length=40, blank=True, db_default="", default="")
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()  # đồng
    purpose = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)
    reference = models.CharField(max_length=40, unique=True)
    requested_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    receipt = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="due_amount_above_zero"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="due_status"),
            models.CheckConstraint(
                condition=Q(status=Status.PAID, paid_at__isnull=False, method__in=Method.values)
                & ~Q(receipt="")
                | ~Q(status=Status.PAID) & Q(paid_at=None, method="", receipt=""),
                name="due_paid_has_moment_method_receipt",
            ),
            models.UniqueConstraint(
                fields=["subject", "purpose"],
                condition=Q(status=Status.DUE),
                name="due_open_once",
            ),
            models.UniqueConstraint(
                fields=["authority", "method", "receipt"],
                condition=~Q(receipt=""),
                name="due_receipt_unique",
            ),
        ]
        indexes = [models.Index(fields=["subject", "id"], name="due_of_subject")]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.status}"
