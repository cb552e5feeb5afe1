"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.engines.procedure.errors import Finding
from motcua.kit.errors import Absent, Field, Refused


class NoSuchProcedure(Absent):
    code = "no-such-procedure"
    message = _("There is no published procedure with the code %(code)s.")
    remedy = _("Check the code, or search the catalogue by name.")


class NoSuchVersion(Absent):
    code = "no-such-version"
    message = _("There is no such version of a procedure.")
    remedy = _("Choose the procedure again from the catalogue.")


class NotPublishable(Refused):
    """The folder has faults: `findings` holds them all."""

    code = "not-publishable"
    message = _("The procedure has faults and was not published.")
    remedy = _("Correct each fault named, then publish again.")

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(
            [
                Field(f"{each.file}:{each.line}:{each.column}", each.code, each.message)
                for each in findings
            ]
        )
