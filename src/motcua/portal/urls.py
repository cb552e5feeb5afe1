"""The addresses of the citizen's site."""

from django.urls import path

from motcua.portal.views import (
    applying,
    cases,
    finding,
    notices,
    profile,
    public,
    uploading,
    vault,
)

app_name = "portal"
urlpatterns = [
    path("", finding.home, name="home"),
    path("search/", finding.search, name="search"),
    path("procedures/<str:code>/", finding.procedure, name="procedure"),
    path("procedures/<str:code>/flow.bpmn", finding.flow, name="flow"),
    path("procedures/<str:code>/apply/", finding.begin, name="begin"),
    path("apply/<uuid:draft_id>/", applying.resume, name="resume"),
    path("apply/<uuid:draft_id>/pages/<slug:page_id>/", applying.form_page, name="page"),
    path("apply/<uuid:draft_id>/papers/", applying.papers, name="papers"),
    path("apply/<uuid:draft_id>/files/<uuid:file_id>/", applying.draft_file, name="draft-file"),
    path("apply/<uuid:draft_id>/uploads/", uploading.begin, name="upload"),
    path("apply/<uuid:draft_id>/uploads/<str:token>/", uploading.part, name="upload-part"),
    path("apply/<uuid:draft_id>/check/", applying.check, name="check"),
    path("apply/<uuid:draft_id>/renewal/", applying.renew, name="renew"),
    path("apply/<uuid:draft_id>/delete/", applying.discard, name="discard"),
    path("cases/", cases.listed, name="cases"),
    path("cases/<str:code>/", cases.case, name="case"),
    path("cases/<str:code>/filed/", cases.filed, name="filed"),
    path("cases/<str:code>/flow.bpmn", cases.flow, name="case-flow"),
    path("cases/<str:code>/slips/<int:form>/", cases.slip, name="slip"),
    path("cases/<str:code>/files/<uuid:file_id>/", cases.case_file, name="case-file"),
    path("cases/<str:code>/supplement/", cases.supplement, name="supplement"),
    path(
        "cases/<str:code>/supplement/<slug:page_id>/",
        cases.supplement_answers,
        name="supplement-answers",
    ),
    path("cases/<str:code>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<str:code>/payments/<uuid:due_id>/", cases.pay, name="pay"),
    path("documents/", vault.held, name="documents"),
    path("documents/<uuid:document_id>/", vault.document, name="document"),
    path("documents/<uuid:document_id>/share/", vault.share, name="share"),
    path(
        "documents/<uuid:document_id>/share/<uuid:share_id>/end/",
        vault.end_share,
        name="end-share",
    ),
    path("shared/<str:secret>/", vault.shared, name="shared"),
    path("track/", public.track, name="track"),
    path("verify/", public.verify, name="verify"),
    path("verify/<str:token>", public.verify_token, name="verify-token"),
    path("account/", profile.profile, name="profile"),
    path("account/channels/", notices.channels, name="channels"),
    path("notices/", notices.listed, name="notices"),
    path("notices/read/", notices.read_all, name="notices-read"),
    path("notices/<uuid:notice_id>/", notices.follow, name="notice"),
]
