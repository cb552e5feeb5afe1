"""Which pages there are to look at, and as whom; the words in braces are in `stages`."""

from collections.abc import Callable, Iterator, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

from tests.journeys import browser

# An official with a password, an app and a passkey: in one browser for both languages, as a device is one.
NEWCOMER = "newcomer"
ACCOUNTS = {
    "stranger": "",
    "returning": "",  # somebody at the sign-in page
    "entrepreneur": browser.ENTREPRENEUR,
    "mother": browser.MOTHER,
    "clerk": browser.CLERK,
    "clerk-head": browser.CLERK_HEAD,
    "officer": browser.REGISTRAR,
    "leader": browser.CHAIR,
    "administrator": browser.ADMINISTRATOR,
    "protector": browser.PROTECTOR,
    "above": browser.ABOVE,
}
PUBLIC = {
    "home": "/",
    "procedures": "/search/",
    "search": "/search/?q=khai+sinh",
    "search-nothing": "/search/?q=qwxz",
    "search-event": "/search/?event=birth",
    "procedure-birth": "/procedures/1.001193/",
    "procedure-business": "/procedures/1.001612/",
    "procedure-lodging": "/procedures/1.004194/",
    "procedure-building": "/procedures/1.013225/",
    "procedure-tax": "/procedures/3.000001/",
    "track": "/track/",
    "verify": "/verify/",
    "verify-printed": "/verify/{token}",
    "verify-unknown": "/verify/no-such-code",
    "verify-proof": "/verify/proof/",
    "shared": "/shared/{secret}/",
    "shared-over": "/shared/{secret_over}/",
    "letters-stop": "/letters/stop/{stop}/",
    "letters-confirm": "/letters/confirm/{confirm}/",
    "sign-in": "/sign-in/",
    "sign-in-official": "/sign-in/official/",
    "sign-in-failed": "/sign-in/vneid/back/?code=x&state=y",
    "sign-in-link-over": "/sign-in/password/1/no-such-key/",
    "sign-in-password": "{password_link}",
    "nothing-here": "/nothing/here/",
    "gallery": "/design/",
    "gallery-official": "/design/official/",
}
OWN = {
    "begin": "/procedures/1.001193/apply/",
    "apply-applicant": "/apply/{draft}/pages/applicant/",
    "apply-child": "/apply/{draft}/pages/child/",
    "apply-mother": "/apply/{draft}/pages/mother/",
    "apply-father": "/apply/{draft}/pages/father/",
    "apply-result": "/apply/{draft}/pages/result/",
    "apply-errors": "/apply/{empty}/pages/child/?check=1",
    "apply-papers": "/apply/{draft}/papers/",
    "apply-papers-errors": "/apply/{paperless}/papers/?check=1",
    "apply-check": "/apply/{draft}/check/",
    "apply-check-errors": "/apply/{empty}/check/",
    "apply-delete": "/apply/{draft}/delete/",
    "cases": "/cases/",
    "case-new": "/cases/{filed}/",
    "case-filed": "/cases/{filed}/filed/",
    "case-asked": "/cases/{asked}/",
    "case-returned": "/cases/{returned}/",
    "case-to-pay": "/cases/{owing}/",
    "case-proofs": "/cases/{filed}/proofs/",
    "case-withdraw": "/cases/{filed}/withdraw/",
    "supplement": "/cases/{asked}/supplement/",
    "supplement-answers": "/cases/{asked}/supplement/child/",
    "pay": "/cases/{owing}/payments/{due}/",
    "bank": "/payments/{due}/bank/?next=/cases/",
    "documents": "/documents/",
    "share": "/documents/{document}/share/",
    "apply-outdated": "/apply/{outdated}/check/",
    "notices": "/notices/",
    "channels": "/account/channels/",
    "account": "/account/",
    "mandates": "/account/mandates/",
    "mandate-give": "/account/mandates/give/",
    "mandate-ask": "/account/mandates/ask/",
    "security-citizen": "/account/security/",
    "sign-in-more": "/sign-in/more/?level=2&next=/cases/",
    "my-data": "/my-data/",
    "my-data-requests": "/my-data/requests/",
    "my-data-request": "/my-data/requests/{asked_about}/",
    "my-data-consents": "/my-data/consents/",
    "my-data-copy": "/my-data/copy/",
    "my-data-looks": "/my-data/looks/",
    "my-data-look": "/my-data/looks/{look}/",
    "my-data-complained": "/my-data/looks/{look_complained}/",
    "not-mine": "/cases/H32.01-200101-0001/",
    "not-an-official": "/desk/",
}
DESK = {
    "clerk": {
        "desk-inbox": "/desk/",
        "desk-mine": "/desk/?queue=my_tasks",
        "desk-today": "/desk/?queue=due_today",
        "desk-late": "/desk/?queue=overdue",
        "desk-waiting": "/desk/?queue=waiting",
        "desk-all": "/desk/?queue=all",
        "desk-found": "/desk/?queue=all&q=tran+thi+hanh&status=1",
        "desk-case-new": "/desk/cases/{filed}/",
        "desk-case-asked": "/desk/cases/{asked}/",
        "desk-case-returned": "/desk/cases/{returned}/",
        "desk-case-owing": "/desk/cases/{owing}/",
        "desk-case-harmful": "/desk/cases/{harmful}/",
        "desk-case-for-another": "/desk/cases/{for_another}/",
        "desk-supplement": "/desk/cases/{asked}/supplement/",
        "desk-counter": "/desk/counter/",
        "desk-fill": "/desk/counter/{fill}/",
        "desk-mandates": "/desk/mandates/",
        "desk-register": "/desk/register/",
        "desk-operations": "/desk/operations/",
        "desk-operation": "/desk/operations/{operation}/",
        "desk-delegation": "/desk/delegation/",
        "desk-relations": "/desk/relations/",
        "desk-not-allowed": "/desk/office/",
        "desk-no-case": "/desk/cases/H32.01-200101-0001/",
    },
    "officer": {
        "desk-case-appraise": "/desk/cases/{accepted}/",
    },
    "leader": {
        "desk-justify": "/desk/cases/{free}/purpose/",
        "desk-signing": "/desk/signing/",
        "desk-read": "/desk/signing/{to_sign}/",
        "desk-delegated": "/desk/delegation/",
        "security-first": "/account/security/",
        "security-app": "/account/security/app/",
    },
    "protector": {
        "desk-privacy": "/desk/privacy/",
        "desk-complaint": "/desk/privacy/complaints/{complaint}/",
        "desk-request": "/desk/privacy/requests/{asked_about}/",
        "desk-breach-new": "/desk/privacy/breaches/new/",
        "desk-breach": "/desk/privacy/breaches/{breach}/",
        "desk-dossier": "/desk/privacy/dossier/",
    },
    "administrator": {
        "desk-units": "/desk/office/",
        "desk-import": "/desk/office/list/",
        "desk-procedures": "/desk/procedures/",
        "desk-procedure": "/desk/procedures/1.001193/",
        "desk-authority": "/desk/authorities/H32.01/",
    },
    "above": {
        "desk-authorities": "/desk/authorities/",
        "desk-merge": "/desk/authorities/merge/",
        "desk-merge-wrong": "/desk/authorities/merge/?codes=H32.05&into=H32.05&from_date=1/1/1999",
        "desk-merge-plan": "/desk/authorities/merge/?codes=H32.02&into=H32.01&from_date={today}",
    },
    NEWCOMER: {
        "security": "/account/security/",
        "security-app-there": "/account/security/app/remove/",
        "security-passkey": "/account/security/passkey/",
        "security-passkey-remove": "/account/security/passkey/{passkey}/remove/",
        "security-codes": "/account/security/codes/",
        "security-codes-new": "/account/security/codes/new/",
        "again-password": "/account/again/",
        "again-code": "/account/again/code/",
        "again-passkey": "/account/again/passkey/",
    },
}
PAGES = {
    **{name: ("stranger", path) for name, path in PUBLIC.items()},
    **{name: ("mother", path) for name, path in OWN.items()},
    **{name: (who, path) for who, pages in DESK.items() for name, path in pages.items()},
}
# What a page tells when the answer is a refusal.
REFUSALS = {
    "nothing-here",
    "not-mine",
    "not-an-official",
    "desk-no-case",
    "desk-not-allowed",
    "shared-over",
    "verify-unknown",
    "sign-in-failed",
    "desk-merge-wrong",
}
# Addresses that answer to a GET and show no page, by what they give instead. An address that takes
# nothing but a POST shows none of its own either: that is read from its view.
LEADS_ON = frozenset({"design:language", "portal:resume", "portal:notice", "mfa_index"})
FILES = frozenset(
    {
        *("design:gallery-flow", "portal:flow", "portal:case-flow", "desk:flow"),
        *("portal:draft-file", "portal:case-file", "desk:paper", "desk:scan", "desk:brought"),
        *(
            "portal:document",
            "desk:document",
            "portal:slip",
            "desk:slip",
            "desk:slip-sheet",
            "desk:preview",
        ),
        *("portal:proof", "portal:document-proof", "portal:export-file", "desk:dossier-file"),
        "desk:dossier-pdf",
        *("desk:register-pdf", "desk:made", "desk:import-template"),
        *("log:checkpoint", "log:cosigned", "log:key", "log:tile"),
    }
)
OF_SCRIPTS = frozenset({"portal:upload-part", "mfa_login_webauthn"})  # spoken to by our own scripts
NO_PAGES = LEADS_ON | FILES | OF_SCRIPTS


def addresses() -> dict[str, URLPattern]:
    """Return every address of the URL table by its name, without those of the API."""
    return {
        name: pattern
        for name, pattern in _under(get_resolver().url_patterns, "")
        if not name.startswith("api-1:")
    }


def takes_only_posts(pattern: URLPattern) -> bool:
    """Return whether the view of an address refuses a GET, as `require_POST` has it."""
    view: Callable[..., object] | None = pattern.callback
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if cell.cell_contents == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


def _under(
    patterns: Sequence[URLPattern | URLResolver], space: str
) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, (space, each.namespace)))
            yield from _under(each.url_patterns, inner)
        else:
            yield f"{space}:{each.name}" if space else str(each.name), each
