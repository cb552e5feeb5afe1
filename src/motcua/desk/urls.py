"""The addresses of the desk. Each is for officials who are signed in."""

from django.urls import path

from motcua.desk.views import (
    bulk,
    case,
    counter,
    delegation,
    files,
    inbox,
    offices,
    operations,
    privacy,
    procedures,
    registers,
    signing,
    supplement,
)
from motcua.desk.views.frame import official

app_name = "desk"
urlpatterns = [
    path("", official(inbox.show), name="inbox"),
    path("views/", official(inbox.save_view), name="save-view"),
    path("views/<int:view_id>/remove/", official(inbox.remove_view), name="remove-view"),
    path("tasks/", official(bulk.act), name="tasks"),
    path("tasks/<uuid:task_id>/preview.pdf", official(files.preview), name="preview"),
    path("cases/<str:code>/", official(case.show), name="case"),
    path("cases/<str:code>/complete/", official(case.complete), name="complete"),
    path("cases/<str:code>/notes/", official(case.note), name="note"),
    path("cases/<str:code>/notes/<uuid:note_id>/", official(case.remove_note), name="remove-note"),
    path("cases/<str:code>/extension/", official(case.extend), name="extend"),
    path("cases/<str:code>/cash/<uuid:due_id>/", official(case.take_cash), name="cash"),
    path("cases/<str:code>/supplement/", official(supplement.take), name="supplement"),
    path(
        "cases/<str:code>/supplement/<uuid:attachment_id>/",
        official(supplement.paper),
        name="brought",
    ),
    path("cases/<str:code>/slips/<int:form>.pdf", official(files.slip), name="slip"),
    path("papers/<uuid:attachment_id>/", official(files.paper), name="paper"),
    path("documents/<uuid:document_id>.pdf", official(files.document), name="document"),
    path("flows/<int:version_id>.bpmn", official(files.flow), name="flow"),
    path("signing/", official(signing.folder), name="signing"),
    path("signing/many/", official(signing.sign_many), name="sign-many"),
    path("signing/<uuid:task_id>/", official(signing.read), name="read"),
    path("signing/<uuid:task_id>/sign/", official(signing.sign), name="sign"),
    path("operations/", official(operations.index), name="operations"),
    path("operations/<uuid:operation_id>/", official(operations.show), name="operation"),
    path("operations/<uuid:operation_id>/cancel/", official(operations.cancel), name="cancel"),
    path("operations/<uuid:operation_id>/file/", official(operations.file), name="made"),
    path("counter/", official(counter.begin), name="counter"),
    path("counter/<uuid:draft_id>/", official(counter.fill), name="fill"),
    path("counter/<uuid:draft_id>/discard/", official(counter.discard), name="discard"),
    path(
        "counter/<uuid:draft_id>/papers/<uuid:attachment_id>/", official(counter.paper), name="scan"
    ),
    path("register/", official(registers.show), name="register"),
    path("register/print.pdf", official(registers.pdf), name="register-pdf"),
    path("register/spreadsheet/", official(registers.export), name="register-export"),
    path("delegation/", official(delegation.show), name="delegation"),
    path("delegation/<uuid:delegation_id>/end/", official(delegation.end), name="end-delegation"),
    path("office/", official(offices.show), name="units"),
    path("office/posts/<int:post_id>/take/", official(offices.take), name="take-post"),
    path("office/posts/<int:post_id>/leave/", official(offices.leave), name="leave-post"),
    path("privacy/", official(privacy.index), name="privacy"),
    path("privacy/complaints/<uuid:complaint_id>/", official(privacy.complaint), name="complaint"),
    path("procedures/", official(procedures.index), name="procedures"),
    path("procedures/publish/", official(procedures.publish), name="publish"),
    path("procedures/<str:code>/", official(procedures.show), name="procedure"),
    path("procedures/<str:code>/move/", official(procedures.move), name="move-cases"),
]
