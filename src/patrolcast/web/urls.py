"""Addresses of the console. Of django-allauth only what this console offers: nobody signs up or resets by mail."""

from allauth.account import views as account_views
from allauth.socialaccount import views as social_views
from django.urls import URLPattern, URLResolver, include, path

from patrolcast.web.pages import administration, analysis, chief, home, jobs, oversight, tonight, training, visits

ACCOUNTS: list[URLPattern | URLResolver] = [
    path("login/", account_views.login, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("again/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/", account_views.password_change, name="account_change_password"),
    path("code/", include("allauth.mfa.urls")),
    # Without a directory in the options there is no provider, and each of these is a 404 or the sign-in.
    path("directory/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("directory/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("directory/failed/", social_views.login_error, name="socialaccount_login_error"),
    path("directory/unknown/", social_views.signup, name="socialaccount_signup"),
    path("directory/joined/", social_views.connections, name="socialaccount_connections"),
]

PAGES: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("tonight/", tonight.tonight_page, name="tonight"),
    path("tonight/read/", tonight.acknowledge, name="acknowledge"),
    path("tonight/answer/", tonight.answer, name="answer"),
    path("tonight/area/", tonight.answer_area, name="answer_area"),
    path("handover/", tonight.handover, name="handover"),
    path("visits/", visits.visits, name="visits"),
    path("visits/record/", visits.record_visit, name="record_visit"),
    path("published/", chief.published_page, name="published"),
    path("published/pause/", chief.pause_now, name="pause"),
    path("published/resume/", chief.resume_now, name="resume"),
    path("waivers/", chief.waivers, name="waivers"),
    path("outcomes/", chief.outcomes_shown, name="outcomes"),
    path("outcomes/report/", chief.outcomes_report, name="outcomes_report"),
    path("runs/", analysis.runs, name="runs"),
    path("runs/<str:run_id>/", analysis.run, name="run"),
    path("runs/<str:run_id>/<str:name>", analysis.file, name="run_file"),
    path("checks/", analysis.checks, name="checks"),
    path("nights/", analysis.nights, name="nights"),
    path("feed/", jobs.feed, name="feed"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/start/", jobs.start_now, name="job_start"),
    path("jobs/<str:job_id>/", jobs.job, name="job"),
    path("jobs/<str:job_id>/stop/", jobs.stop_now, name="job_stop"),
    path("tests/", analysis.tests, name="tests"),
    path("tests/<str:name>", analysis.test, name="test"),
    path("trail/", oversight.trail, name="trail"),
    path("trail/export/", oversight.trail_csv, name="trail_csv"),
    path("follow/", oversight.follow, name="follow"),
    path("follow/export/", oversight.follow_file, name="follow_csv"),
    path("training/", training.training, name="training"),
    path("trained/", training.trained, name="trained"),
    path("trained/<str:username>/end/", training.end_training, name="end_training"),
    path("accounts/", administration.accounts, name="accounts"),
    path("accounts/new/", administration.account_form, name="account_new"),
    path("accounts/<str:username>/", administration.account_form, name="account_change"),
]

urlpatterns = [path("alive", home.alive, name="alive"), path("account/", include(ACCOUNTS)), *PAGES]

handler400 = "patrolcast.web.pages.refusals.bad_request"
handler403 = "patrolcast.web.pages.refusals.forbidden"
handler404 = "patrolcast.web.pages.refusals.not_found"
handler500 = "patrolcast.web.pages.refusals.defect_page"
