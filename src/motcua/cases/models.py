"""Cases, their tasks and slips, the counters of case codes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from motcua.engines.procedure.status import Status


class Case(models.Model):
    """A filing under way. Its situation is the engine's; the columns beside it are for lists."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=60, unique=True)
    authority = models.ForeignKey("identity.Authority", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    filing = models.OneToOneField("intake.Filing", on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    procedure_code = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()
    situation = models.JSONField()
    filed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # empty while the clock stands still
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[int(status) for status in Status]), name="case_status_known"
            )
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="case_of_applicant"),
            models.Index(fields=["authority", "-id"], name="case_of_authority"),
        ]

    def __str__(self) -> str:
        return self.code


class TaskState(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"  # taken back by the flow; nobody did it


class Task(models.Model):
    """One step of a case that waits for people of a unit and a role."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    token = models.IntegerField()  # the engine's name for this opening of the task
    element = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=80, blank=True)
    appraises = models.BooleanField()
    signs = models.BooleanField()
    person = models.ForeignKey(
        "identity.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=6, choices=TaskState.choices, default=TaskState.OPEN)
    outcome = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    items = ArrayField(models.CharField(max_length=500), default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "token"], name="task_token_once"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="task_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(person__isnull=False), name="task_done_by_someone"
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "role", "id"], condition=Q(state="open"), name="task_open_of_unit"
            ),
            models.Index(
                fields=["person", "id"], condition=Q(state="open"), name="task_open_of_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} of {self.case_id}"


class Slip(models.Model):
    """A numbered form given to the applicant, with what was written on it."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    form = models.PositiveSmallIntegerField()  # Mẫu 01 to 05
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        "identity.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)
    items = ArrayField(models.CharField(max_length=500), default=list)
    due_at = models.DateTimeField(null=True)
    former_due_at = models.DateTimeField(null=True)  # of an apology

    class Meta:
        indexes = [models.Index(fields=["case", "issued_at"], name="slip_of_case")]

    def __str__(self) -> str:
        return f"Mẫu 0{self.form} of {self.case_id}"


class CodeSeries(models.Model):
    """The last sequence number of case codes that an authority gave on a day."""

    authority_code = models.CharField(max_length=35)
    day = models.DateField()
    last = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority_code", "day"], name="code_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.authority_code} {self.day} {self.last}"
