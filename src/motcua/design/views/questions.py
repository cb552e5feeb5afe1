"""Questions of the gallery's forms, in every state."""

from typing import Any

from motcua.design.values import Choice, File, Input

HERE = "/design/"


def asked(say: Any) -> tuple[Input, ...]:
    """Return one question of each widget."""
    return (*_single(say), *_chosen(say), *_grouped(say))


def _single(say: Any) -> tuple[Input, ...]:
    return (
        Input(
            "child.name",
            say("Họ tên của trẻ", "The child's name"),
            help=say("Viết như trong giấy chứng sinh", "As on the birth notification"),
        ),
        Input(
            "owner_id",
            say("Số định danh cá nhân", "Personal identification number"),
            "personal_id",
            value="056195004112",
            source=say(
                "Lấy từ Cơ sở dữ liệu quốc gia về dân cư", "From the national population register"
            ),
            is_locked=True,
        ),
        Input(
            "birth",
            say("Ngày sinh của trẻ", "Date of birth"),
            "date",
            say("Ví dụ 20 11 2026", "For example 20 11 2026"),
            day_parts=("20", "11", "2026"),
        ),
        Input(
            "sex",
            say("Giới tính", "Sex"),
            "radio",
            choices=(
                Choice("male", say("Nam", "Male")),
                Choice("female", say("Nữ", "Female"), "", True),
            ),
        ),
        Input(
            "wants",
            say("Bạn muốn làm thêm", "What else you want"),
            "checkbox",
            choices=(
                Choice("residence", say("Đăng ký thường trú cho trẻ", "Residence of the child")),
                Choice(
                    "card",
                    say("Thẻ bảo hiểm y tế", "Health insurance card"),
                    say("Miễn phí cho trẻ dưới 6 tuổi", "Free under the age of 6"),
                    True,
                ),
            ),
            is_required=False,
        ),
    )


def _chosen(say: Any) -> tuple[Input, ...]:
    yes, no = say("Có", "Yes"), say("Không", "No")
    return (
        Input(
            "place",
            say("Nơi sinh", "Place of birth"),
            "select",
            choices=(Choice("1", yes), Choice("2", no)),
        ),
        Input("area", say("Diện tích sàn (m²)", "Floor area (m²)"), "number", value="120,5"),
        Input("capital", say("Vốn kinh doanh", "Capital"), "money", value="100.000.000"),
        Input("phone", say("Số điện thoại", "Telephone"), "phone", autocomplete="tel"),
        Input("email", say("Thư điện tử", "E-mail"), "email", is_required=False),
        Input("note", say("Ghi chú", "Note"), "textarea", is_required=False),
    )


def _grouped(say: Any) -> tuple[Input, ...]:
    parts = (
        Input("home.street", say("Số nhà, đường", "House and street"), is_inner=True),
        Input("home.ward", say("Xã, phường", "Ward"), value="Phường Nha Trang", is_inner=True),
    )
    row = (
        Input("members.0.name", say("Họ tên", "Name"), value="Nguyễn Văn Ứng", is_inner=True),
        Input(
            "members.0.share", say("Phần góp", "Share"), "money", value="50.000.000", is_inner=True
        ),
    )
    return (
        Input("home", say("Nơi ở của trẻ", "Home of the child"), "address", parts=parts),
        Input("members", say("Thành viên góp vốn", "Members"), "table", rows=(row,)),
        Input("scan", say("Giấy chứng sinh", "Birth notification"), "file", files=files(say)),
        Input(
            "true", say("Tôi cam đoan lời khai là đúng", "I declare that this is true"), "checkbox"
        ),
    )


def wrong(say: Any) -> tuple[Input, ...]:
    """Return questions that were answered wrongly."""
    return (
        Input(
            "e.name",
            say("Họ tên của mẹ", "The mother's name"),
            errors=(say("Hãy nhập họ tên của mẹ", "Enter the mother's name"),),
        ),
        Input(
            "e.birth",
            say("Ngày sinh của mẹ", "The mother's date of birth"),
            "date",
            day_parts=("31", "2", "1995"),
            errors=(say("Hãy nhập một ngày có thật", "Enter a real day"),),
        ),
        Input(
            "e.kind",
            say("Loại đăng ký", "Kind of registration"),
            "radio",
            choices=(
                Choice("new", say("Đăng ký mới", "New")),
                Choice("again", say("Đăng ký lại", "Again")),
            ),
            errors=(say("Hãy chọn loại đăng ký", "Choose the kind of registration"),),
        ),
        Input(
            "e.id",
            say("Số định danh của mẹ", "The mother's identification number"),
            "personal_id",
            value="0561950041",
            errors=(say("Hãy nhập đủ 12 chữ số", "Enter all 12 digits"),),
            warnings=(
                say("Số này không khớp năm sinh", "It does not agree with the year of birth"),
            ),
        ),
    )


def files(say: Any) -> tuple[File, ...]:
    """Return files that were given: one well, one on its way, one refused."""
    return (
        File("giay-chung-sinh.pdf", HERE, 2_400_000, "PDF", remove="a"),
        File(
            "anh-chup.jpg",
            size=340_000,
            kind=say("Ảnh", "Picture"),
            note=say("Đang tải lên, 60 %", "Uploading, 60 %"),
        ),
        File(
            "ban-ve.dwg",
            error=say("Tệp này không phải PDF hay ảnh.", "This is neither a PDF nor a picture."),
            remove="b",
        ),
    )
