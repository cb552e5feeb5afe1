"""Which units and posts the offices of the demo province have. A sample: provinces organise themselves."""

from dataclasses import dataclass

LEADER, REVIEWER, OFFICER, INTAKE, CONSULTED, ADMIN, PROTECTION = (
    "leader",
    "reviewer",
    "officer",
    "intake",
    "consulted",
    "admin",
    "data_protection",
)
COMMITTEE = "TM. Ủy ban nhân dân"
FOR_CHAIR = "KT. Chủ tịch"


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its title, what it may do, whether it heads the unit, how its signature begins."""

    title: str
    roles: tuple[str, ...]
    is_head: bool = False
    signing_mode: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: the kind of work it takes, its name, its posts."""

    kind: str
    name: str
    posts: tuple[Post, ...]


def _section(kind: str, name: str, head: str, clerk: str, *more: str) -> Unit:
    """Return a unit where a clerk appraises and the head reviews."""
    return Unit(
        kind,
        name,
        (
            Post(clerk, (OFFICER, CONSULTED, *more)),
            Post(head, (OFFICER, REVIEWER, CONSULTED, *more), is_head=True),
        ),
    )


WARD = (
    Unit(
        "one_stop",
        "Trung tâm Phục vụ hành chính công",
        (
            Post("Cán bộ tiếp nhận", (INTAKE,)),
            Post("Giám đốc Trung tâm", (INTAKE,), is_head=True),
        ),
    ),
    _section(
        "justice", "Bộ phận Tư pháp - Hộ tịch", "Trưởng bộ phận", "Công chức Tư pháp - Hộ tịch"
    ),
    _section("economy", "Phòng Kinh tế, Hạ tầng và Đô thị", "Trưởng phòng", "Chuyên viên"),
    _section("culture", "Phòng Văn hóa - Xã hội", "Trưởng phòng", "Chuyên viên"),
    Unit(
        "office",
        "Văn phòng HĐND và UBND",
        (
            Post("Chuyên viên", (OFFICER,)),
            Post("Chánh Văn phòng", (REVIEWER,), is_head=True),
            Post("Quản trị viên hệ thống", (ADMIN,)),
        ),
    ),
    Unit(
        "leadership",
        "Lãnh đạo Ủy ban nhân dân",
        (
            Post("Chủ tịch", (LEADER,), is_head=True, signing_mode=COMMITTEE),
            Post("Phó Chủ tịch", (LEADER,), signing_mode=FOR_CHAIR),
        ),
    ),
    Unit(
        "protection",
        "Bộ phận Bảo vệ dữ liệu cá nhân",
        (Post("Cán bộ bảo vệ dữ liệu", (PROTECTION,), is_head=True),),
    ),
)

# What a ward without an office of its own asks the province's for.
PROVINCE = (
    _section("land", "Chi nhánh Văn phòng đăng ký đất đai", "Giám đốc Chi nhánh", "Viên chức"),
    _section("fire", "Phòng Cảnh sát PCCC và CNCH", "Trưởng phòng", "Cán bộ thẩm duyệt"),
    _section("tax", "Thuế tỉnh", "Trưởng phòng", "Công chức thuế", "tax"),
    _section("environment", "Sở Nông nghiệp và Môi trường", "Trưởng phòng", "Chuyên viên"),
)

# Those above the wards who look after offices: they see numbers, never a case.
ABOVE = (
    Unit("office", "Văn phòng UBND tỉnh", (Post("Quản trị viên hệ thống cấp tỉnh", (ADMIN,)),)),
)


def _sector(kind: str, name: str, clerk: str, team: str, *heads: Post) -> tuple[Unit, ...]:
    """Return the one unit of an office of a ministry in the place, whose head signs.

    The team's head has to ask for a second supplement, and then cannot review: the deputy does.
    """
    posts = (
        Post(clerk, (OFFICER, CONSULTED)),
        Post(f"Tổ trưởng {team}", (OFFICER, REVIEWER), is_head=True),
        Post(f"Tổ phó {team}", (REVIEWER,)),
        *heads,
    )
    return (Unit(kind, name, posts),)


POLICE = _sector(
    "police",
    "Công an phường",
    "Cán bộ quản lý cư trú",
    "quản lý cư trú",
    Post("Trưởng Công an phường", (LEADER,), is_head=True),
    Post("Phó Trưởng Công an phường", (LEADER,), signing_mode="KT. Trưởng Công an phường"),
)
TAX = _sector(
    "tax",
    "Thuế cơ sở",
    "Công chức thuế",
    "nghiệp vụ thuế",
    Post("Trưởng Thuế cơ sở", (LEADER,), is_head=True),
    Post("Phó Trưởng Thuế cơ sở", (LEADER,), signing_mode="KT. Trưởng Thuế cơ sở"),
)
