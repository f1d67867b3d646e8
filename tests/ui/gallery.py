"""Pages that show components on their own, for the tests that press them in a real browser."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.http import require_POST

from ui import widgets
from ui.context import Frame
from ui.items import Document, Tab, TrackerStep
from ui.places import Registry, Viewer

SIDES = ("both", "client", "vendor", "vendor", "client", "vendor", "client")


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(widget=forms.RadioSelect, choices=[("yes", "Validate"), ("no", "Cancel")])
    comment = forms.CharField(widget=widgets.Textarea)
    files = widgets.FilesField(
        required=False, widget=widgets.FilesInput(upload_url="/upload/", into="#documents", limit=1000)
    )


class LineForm(forms.Form):
    label = forms.CharField()
    days = forms.DecimalField()


LineFormSet = forms.formset_factory(LineForm, extra=1, can_delete=True)

PAGE = """{% extends "base.html" %}{% load ui %}
{% block title %}Gallery{% endblock %}{% block heading %}Gallery{% endblock %}
{% block crumbs %}{% copy "VALM-2026-0042" %}{% endblock %}
{% block actions %}{% turn "Yours to decide" side="client" mine=True %}{% endblock %}
{% block band %}{% tracker steps %}{% endblock %}
{% block content %}
{% error_summary form lines %}
<div class="tabbed">{% tabs tabs %}
<form class="tabbed__body" method="post" novalidate>{% csrf_token %}
{% choice_cards form.decision %}{% field form.comment %}{% field form.files %}
{% documents documents id="documents" %}
{% formset_rows lines caption="Lines" %}
{% act %}{% consequences yes title="If you validate" choice=0 %}{% consequences no title="If you cancel" choice=1 %}
{% buttons %}{% button "Save" name="save" value="1" %}{% button "Decide" kind="main" name="decide" value="1" %}{% endbuttons %}{% endact %}
</form></div>
{% table "Rows" rows=True %}<thead><tr>{% th "Name" %}</tr></thead><tbody>{% for n in "123" %}<tr><td><a class="title" href="#row-{{ n }}">Row {{ n }}</a></td></tr>{% endfor %}</tbody>{% endtable %}
{% locked "Filled in by the DPO." %}<p>Read only.</p>{% endlocked %}
{% endblock %}
{% block aside %}{% panel title="Dates" %}{% facts compact=True %}{% fact "Planned" %}{% endfact %}{% endfacts %}{% endpanel %}{% endblock %}
"""


class Reader:
    """Somebody signed in, without a database."""

    is_authenticated = True
    pk = 1


def registry(keys):
    places = Registry()
    places.register("todo", "To do", "gallery", test=bool, count=lambda user: 3, shortcut="a")
    places.register("other", "Requests", "other", test=bool, shortcut="d")
    places.set_search("other", test=bool)
    places.set_new("new", test=bool)
    places.set_viewer(lambda user: Viewer(name="Claire Morel", side="client", keys=keys))
    return places


@login_not_required
def gallery(request):
    """The page; what was posted to it is told back in the title of the answer."""
    if request.method == "POST" and request.POST.get("comment"):
        return HttpResponse(f"posted {request.POST.get('decide', '')}{request.POST.get('save', '')}")
    data = request.POST if request.method == "POST" else None
    request.user = Reader()
    steps = [
        TrackerStep(
            number=number,
            name=f"Step {number}",
            who="somebody",
            side=side,
            state="done" if number < 5 else "current" if number == 5 else "todo",
        )
        for number, side in enumerate(SIDES, start=1)
    ]
    tabs = [
        Tab(label=f"A tab with a long name {n}", url="#", current=n == 7, state="locked") for n in range(9)
    ]
    context = {
        "form": DecisionForm(data),
        "lines": LineFormSet(data, prefix="lines"),
        "steps": steps,
        "tabs": tabs,
        "documents": [Document(name="plan.pdf", size=10, withdraw_url="/upload/")],
        "yes": [("lock", "The text is frozen.")],
        "no": [("ban", "The request ends.")],
        "frame": Frame(request, registry("quiet" not in request.GET)),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


@login_not_required
def other(request):
    return HttpResponse(f"other {request.GET.get('q', '')}")


# What was received in parts, by the name of the file, and those whose next second part meets a fault.
RECEIVED, FAULTS = {}, set()
PART = 4


@login_not_required
@require_POST
def upload(request):
    """Begins as a room's upload page does; a file named after a fault meets it once, at its second part."""
    name = request.POST["name"]
    if name.endswith(".exe"):
        return JsonResponse({"errors": ["Programs are not accepted."]}, status=422)
    RECEIVED.setdefault(name, b"")
    if name.startswith("fault"):
        FAULTS.add(name)
    return JsonResponse({"url": f"/upload/{name}/", "received": len(RECEIVED[name]), "part": PART})


@login_not_required
def upload_part(request, name):
    """Takes a part, or tells how much there is."""
    if request.method == "POST":
        body, start = request.body, int(request.headers["Upload-Offset"])
        is_fault = start == PART and name in FAULTS
        if start != len(RECEIVED[name]):
            return JsonResponse({"received": len(RECEIVED[name])}, status=409)
        if not is_fault or name == "fault-after.txt":
            RECEIVED[name] += body
        if is_fault:
            FAULTS.remove(name)
            return HttpResponse(status=502)
    return JsonResponse({"received": len(RECEIVED[name])})


@login_not_required
@require_POST
def upload_end(request, name):
    """The row of the file."""
    source = "{% load ui %}{% document_row item %}"
    item = Document(name=f"{name} {RECEIVED.pop(name).decode()}", size=1)
    return HttpResponse(engines["django"].from_string(source).render({"item": item}))


urlpatterns = [
    path("", gallery, name="gallery"),
    path("other/", other, name="other"),
    path("new/", other, name="new"),
    path("upload/", upload),
    path("upload/<str:name>/", upload_part),
    path("upload/<str:name>/fin/", upload_end),
    path("i18n/", include("django.conf.urls.i18n")),
]
