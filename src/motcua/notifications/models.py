"""Notices, their deliveries, and what people chose."""

from django.db import models
from django.db.models import Q

from motcua.notifications.values import KINDS


class Channel(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"


class State(models.TextChoices):
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # the receiver's server said no for good
    GIVEN_UP = "given_up"  # too late, or nobody is there any more to send it


class Notice(models.Model):
    """One thing that one person is told; its words are put together when it is read."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=80)
    address = models.CharField(max_length=300)
    due_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=80, unique=True)  # what it tells of: it is told once
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="notice_kind"),
            models.CheckConstraint(
                condition=Q(address__startswith="/"), name="notice_address_of_this_site"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Delivery(models.Model):
    """A notice on its way out on a channel."""

    id = models.UUIDField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, ended_at=None)
                | ~Q(state=State.WAITING) & Q(state__in=State.values, ended_at__isnull=False),
                name="delivery_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}: {self.state}"


class Preference(models.Model):
    """On which channels a person wants to be told; without a row: by e-mail where an address is known."""

    person = models.OneToOneField(
        "identity.Person", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    email = models.EmailField(blank=True)  # confirmed; empty: the one of the population database
    waiting_email = models.EmailField(blank=True)  # its letter was not opened yet
    asked_at = models.DateTimeField(null=True)  # when that letter was asked for
    by_email = models.BooleanField(default=True)
    by_sms = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="vi")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"channels of {self.person_id}"
