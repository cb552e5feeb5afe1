"""Cases, their tasks and slips, the counters of case codes."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from motcua.engines.procedure.status import Status

END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)  # sorts what has no due moment behind all that has


class Case(models.Model):
    """A filing under way. Its situation is the engine's; the columns beside it are for lists."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=60, unique=True)
    # Without indexes of their own: case_of_authority and case_of_applicant begin with them.
    authority = models.ForeignKey(
        "identity.Authority", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    applicant = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    filing = models.OneToOneField("intake.Filing", on_delete=models.PROTECT, related_name="+")
    procedure_code = models.CharField(max_length=40)
    field_code = models.CharField(max_length=40, default="", blank=True)
    status = models.PositiveSmallIntegerField()
    situation = models.JSONField()
    filed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # empty while the clock stands still
    finished_at = models.DateTimeField(null=True)
    units = ArrayField(models.BigIntegerField(), default=list)  # that had a task in it
    disposed_at = models.DateTimeField(
        null=True
    )  # what was said and sent is erased, the proof stays
    restricted_at = models.DateTimeField(null=True)  # the person had its use restricted

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[int(status) for status in Status]), name="case_status_known"
            )
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="case_of_applicant"),
            models.Index(fields=["authority", "-id"], name="case_of_authority"),
            models.Index(fields=["authority", "accepted_at", "id"], name="case_in_register"),
            models.Index(
                fields=["version", "finished_at"],
                condition=Q(disposed_at=None, finished_at__isnull=False),
                name="case_kept_of_version",
            ),
            # What is under way only: a unit has hundreds of these, not the year's thousands.
            GinIndex(
                fields=["units"],
                condition=Q(finished_at=None),
                name="case_open_of_units",
                fastupdate=False,
            ),
            models.Index(
                fields=["applicant", "authority"],
                condition=Q(restricted_at__isnull=False),
                name="case_restricted",
            ),
            models.Index(
                fields=["procedure_code", "version"],
                condition=Q(finished_at=None),
                name="case_open_of_version",
            ),
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
    case = models.ForeignKey(  # task_token_once begins with it
        Case, on_delete=models.PROTECT, related_name="+", db_index=False
    )
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
    # The sooner of its own moment and the case's appointment; END_OF_TIME where there is neither.
    sort_at = models.DateTimeField(default=END_OF_TIME)
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
            # With what the counts beside every page read, so that they never fetch the tasks.
            models.Index(
                fields=["unit", "role", "sort_at", "id"],
                include=["case", "person", "signs"],
                condition=Q(state="open"),
                name="task_open_of_unit",
            ),
            # Without those that nobody took: they are found by their unit, never all at once.
            models.Index(
                fields=["person", "sort_at", "id"],
                condition=Q(state="open", person__isnull=False),
                name="task_open_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} of {self.case_id}"


class Slip(models.Model):
    """A numbered form given to the applicant, with what was written on it."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(  # slip_of_case begins with it
        Case, on_delete=models.PROTECT, related_name="+", db_index=False
    )
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


class SearchEntry(models.Model):
    """What a case is found by, apart from the case so that its index is narrow and changes rarely.

    Each word stands there once for each authority that may see the case, as "12:hanh" (rules.tokens):
    so a search reads only what the searching authority may see.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"what finds {self.case_id}"


class Note(models.Model):
    """What officials write for each other on a case; never shown to applicants."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(  # note_of_case begins with it
        Case, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="note_of_case")]

    def __str__(self) -> str:
        return f"note on {self.case_id}"


class SavedView(models.Model):
    """A queue with filters that an official keeps under a name."""

    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    queue = models.CharField(max_length=20)
    filters = models.JSONField(default=dict)
    search = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class OperationState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    FAILED = "failed"  # stopped by a refusal that concerns all of it


class Operation(models.Model):
    """Long work that a person asked for; jobs do it in slices and write down how far they came."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=OperationState.choices, default=OperationState.WAITING
    )
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict)  # what is to be done; never changed
    results = models.JSONField(default=list)  # what was refused or is worth telling, and why
    place = models.CharField(max_length=100, blank=True)  # the key after which to go on
    tries = models.PositiveSmallIntegerField(default=0)  # jobs that began at this same place
    tried_at_place = models.CharField(max_length=100, blank=True)
    file = models.ForeignKey(
        "documents.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | Q(state__in=["cancelled", "finished", "failed"], finished_at__isnull=False),
                name="operation_over_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="operation_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.done + self.failed}/{self.total}"
