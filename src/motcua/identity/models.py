"""People, authorities, units, posts, holdings, tokens."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

PERSONAL_ID = r"^[0-9]{12}$"
ENTERPRISE_CODE = r"^[0-9]{10}(-[0-9]{3})?$"  # of a branch with three digits more
AUTHORITY_CODE = r"^[A-Z][0-9]{2}(\.[0-9A-Z]+)*$"


def _life(name: str) -> list[models.BaseConstraint]:
    """Return that what has ended has a successor, another one, and that it ended after it began."""
    return [
        models.CheckConstraint(
            condition=Q(ends_date=None, successor=None)
            | Q(ends_date__isnull=False, successor__isnull=False),
            name=f"{name}_ended_has_successor",
        ),
        models.CheckConstraint(
            condition=Q(successor=None) | ~Q(successor=F("id")), name=f"{name}_follows_another"
        ),
        models.CheckConstraint(
            condition=Q(starts_date=None) | Q(ends_date=None) | Q(ends_date__gt=F("starts_date")),
            name=f"{name}_term",
        ),
    ]


class Level(models.TextChoices):
    PROVINCE = "province"
    COMMUNE = "commune"
    SECTOR = "sector"  # an office of a ministry in the place: police, tax


class PersonKind(models.TextChoices):
    NATURAL = "natural"
    ORGANISATION = "organisation"  # a company, known by its enterprise code; people act for it


class Person(AbstractBaseUser):
    """A natural person, citizen or official, or an organisation: whoever can have a case.

    An organisation has its enterprise code where people have their number, and signs in nowhere.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=PersonKind.choices, default=PersonKind.NATURAL)
    personal_id = models.CharField(max_length=14, unique=True)
    # Once a mandate took effect: so that those who act for nobody cost no query.
    acts_for_others = models.BooleanField(default=False, db_default=False)
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    verified_at = models.DateTimeField(null=True)  # by the electronic identity

    USERNAME_FIELD = "personal_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[BaseUserManager[Any]] = BaseUserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="natural", personal_id__regex=PERSONAL_ID)
                | Q(kind="organisation", personal_id__regex=ENTERPRISE_CODE),
                name="person_personal_id_form",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MandateKind(models.TextChoices):
    PARENT = "parent"
    GUARDIAN = "guardian"
    AUTHORISED = "authorised"
    REPRESENTATIVE = "representative"  # the legal representative of an organisation


class Mandate(models.Model):
    """The right of a person to act for another or for an organisation; rows end, none is deleted.

    One given to an authorised person takes effect when they accept it; one that the law gives, when
    an official has confirmed it by a paper or by the answer of a register.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=14, choices=MandateKind.choices)
    represented = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    acts = ArrayField(models.CharField(max_length=10))
    procedures = ArrayField(models.CharField(max_length=40), default=list)  # empty: all
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True)  # accepted by the holder, or confirmed
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    proof = models.CharField(max_length=300, blank=True)  # the paper or the answer relied on
    revoked_at = models.DateTimeField(null=True)  # taken back, given up, declined or replaced
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # By an official: the decision of a court, or the paper relied on.
    revoked_why = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(holder=F("represented")), name="mandate_for_another"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="mandate_term"
            ),
            models.CheckConstraint(
                condition=Q(effective_at=None)
                | Q(kind="authorised")
                | Q(confirmed_by__isnull=False) & ~Q(proof=""),
                name="mandate_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="mandate_revoked_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["holder"], condition=Q(revoked_at=None), name="mandate_of_holder"),
            models.Index(fields=["represented"], name="mandate_for"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.holder_id} for {self.represented_id}"


class MergerState(models.TextChoices):
    ORDERED = "ordered"
    MOVING = "moving"  # the posts are moved, the cases follow
    STOPPED = "stopped"  # broke off on the way; ordered again, it goes on
    DONE = "done"
    CANCELLED = "cancelled"


class Merger(models.Model):
    """What was ordered: which authorities become one, from which day. Which they are, they say themselves.

    The successor is known by its code, since a new one is made only when the merger begins.
    """

    id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=9, choices=MergerState.choices, default=MergerState.ORDERED)
    into_code = models.CharField(max_length=35)
    name = models.CharField(max_length=200, blank=True)  # with the next two: of a new authority
    place = models.CharField(max_length=100, blank=True)
    division_code = models.CharField(max_length=5, blank=True)
    heads_code = models.CharField(max_length=35)  # whose heads and leaders go on
    makes_units = models.BooleanField()  # those that the successor lacks
    from_date = models.DateField()
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)  # units, posts and holdings
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["into_code"],
                condition=Q(state__in=["ordered", "moving", "stopped"]),
                name="merger_into_once",
            ),
            models.CheckConstraint(
                condition=Q(state="ordered", moved_at=None, ended_at=None)
                | Q(state__in=["moving", "stopped"], moved_at__isnull=False, ended_at=None)
                | Q(state="done", moved_at__isnull=False, ended_at__isnull=False)
                | Q(state="cancelled", moved_at=None, ended_at__isnull=False),
                name="merger_state_has_moments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}: into {self.into_code} from {self.from_date}"


class Authority(models.Model):
    """An authority with its code (Decision 20/2020/QĐ-TTg: at most 35 characters, dotted groups).

    One that was merged keeps its row, its code and its name, and says who follows it.
    """

    code = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=10, choices=Level.choices)
    place = models.CharField(max_length=100)  # as it stands before the date of a document
    division_code = models.CharField(max_length=5, blank=True)  # Decision 19/2025/QĐ-TTg
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    starts_date = models.DateField(null=True)  # empty: before the system knew it
    ends_date = models.DateField(null=True)  # the first day on which it is no more
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # Every authority that it follows, at first or second hand: read with each person's posts.
    followed = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    merger = models.ForeignKey(Merger, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=AUTHORITY_CODE), name="authority_code_form"
            ),
            *_life("authority"),
        ]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit of an authority; its kind says what work it takes."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    starts_date = models.DateField(null=True)
    ends_date = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    followed = ArrayField(models.BigIntegerField(), default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "kind"], name="unit_unique"),
            *_life("unit"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A place in a unit, with the roles it gives."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=20))
    is_head = models.BooleanField(default=False)
    # How a signature on this post begins (Decree 30/2020/NĐ-CP, article 13): TM., KT., TL. ...
    signing_mode = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="post_unique")]

    def __str__(self) -> str:
        return self.title


class Holding(models.Model):
    """A person on a post, from a moment (included) until another (excluded)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="holding_term"
            ),
            models.UniqueConstraint(
                fields=["person", "post"], condition=Q(ends_at=None), name="holding_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.post_id}"


class Delegation(models.Model):
    """A post that its holder gives to another person for a time; the post stays the giver's."""

    id = models.UUIDField(primary_key=True)
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=20), default=list)  # empty: all of the post's
    procedures = ArrayField(models.CharField(max_length=40), default=list)  # with fields: both
    fields = ArrayField(models.CharField(max_length=40), default=list)  # both empty: all work
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_term"),
            models.CheckConstraint(condition=~Q(giver=F("delegate")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} of {self.giver_id} to {self.delegate_id}"


class OfficeCalendar(models.Model):
    """The working time of an authority, where it differs from the usual one."""

    authority = models.OneToOneField(
        Authority, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    definition = models.JSONField()

    def __str__(self) -> str:
        return f"calendar of {self.authority_id}"


class Token(models.Model):
    """A bearer token for the API, kept as its SHA-256 so that a leak of the table opens nothing."""

    digest = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    level = (
        models.PositiveSmallIntegerField()
    )  # of assurance, as of the person whom it was given to
    has_second_factor = models.BooleanField()
    revoked_at = models.DateTimeField(null=True)  # before it expired

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(level__lte=2), name="token_level")]

    def __str__(self) -> str:
        return f"token of {self.person_id}"


class RelationKind(models.TextChoices):
    SPOUSE = "spouse"
    PARENT = "parent"  # one's own, or the spouse's; by blood or adoption
    CHILD = "child"
    SIBLING = "sibling"
    OTHER = "other"


class Relation(models.Model):
    """A close relation that an official declared, so that they do not work a case of that person.

    The person need not be known here: the number is what cases are compared with.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RelationKind.choices)
    personal_id = models.CharField(max_length=12, validators=[RegexValidator(PERSONAL_ID)])
    name = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(personal_id__regex=PERSONAL_ID), name="relation_personal_id_form"
            ),
            models.UniqueConstraint(
                fields=["person", "personal_id"],
                condition=Q(ended_at=None),
                name="relation_declared_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class StatedPurpose(models.Model):
    """Why an official has to see something that no work of theirs asks for, and until when it serves."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)  # the code of a case
    text = models.CharField(max_length=500)
    stated_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("stated_at")), name="purpose_term")
        ]
        indexes = [models.Index(fields=["person", "ends_at"], name="purpose_of_person")]

    def __str__(self) -> str:
        return f"why {self.person_id} sees {self.subject}"
