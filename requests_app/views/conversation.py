"""What people say on a file: messages to everybody, and the notes of the vendor's side."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.forms.conversation import MessageForm, NoteForm
from requests_app.models import Section
from requests_app.page import FilePage
from requests_app.services.conversation import post_message
from requests_app.services.documents import room_for
from requests_app.views.files import get_file
from requests_app.views.refusals import attempt, status_of
from requests_app.views.uploads import ahead, files_of

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_tab(request, number):
    """The messages, the last one first; apart from them, for the vendor's side only, its notes."""
    page = FilePage(get_file(request, number), request.user, "conversation")
    is_vendor = request.user.is_vendor_side
    message_form = bound_form(request, page, MessageForm)
    note_form = bound_form(request, page, NoteForm) if is_vendor or posts_note(request) else None
    posted = next((form for form in (message_form, note_form) if form and form.is_bound), None)
    if posted and posted.is_valid() and say(request, page, posted):
        return redirect("requests:conversation", number=number)
    said = page.file.messages.shown_to(request.user).for_list()
    return render(
        request,
        "requests_app/conversation.html",
        {
            "page": page,
            "message_form": message_form,
            "note_form": note_form if is_vendor else None,
            "refused_form": posted if posted and posted.errors else None,
            "messages_page": lines_of(page, said.filter(is_note=False), request.GET.get("page")),
            "notes": lines_of(page, said.filter(is_note=True), None, per_page=PER_PAGE * 10)
            if is_vendor
            else None,
        },
        status=status_of(posted),
    )


def posts_note(request):
    """Whether this POST says that it is a note."""
    return request.method == "POST" and request.POST.get("kind") == "note"


def bound_form(request, page, kind):
    """The form of `kind`, bound when this POST is its own."""
    prefix, section = ("note", Section.NOTES) if kind.is_note else ("message", Section.CONVERSATION)
    own = request.method == "POST" and posts_note(request) == kind.is_note
    form = kind(
        request.POST if own else None,
        files_of(request, page.file, section) if own else None,
        prefix=prefix,
        room=room_for(page.file, page.user) if own else None,
    )
    return ahead(form, page.file, section)


def say(request, page, form):
    """Post what the valid `form` holds; whether it was posted."""
    posted = attempt(
        form,
        post_message,
        page.file,
        actor=request.user,
        text=form.cleaned_data["text"],
        is_note=form.is_note,
        uploads=form.cleaned_data["documents"],
        key=form.cleaned_data["key"],
    )
    if not posted:
        return False
    messages.success(
        request,
        _("Your note is there for the vendor's side only.")
        if form.is_note
        else _("Your message is posted for everybody on the file."),
    )
    return True


def lines_of(page, said, number, per_page=PER_PAGE):
    """One page of messages, each with its documents as rows."""
    chosen = Paginator(said, per_page).get_page(number)
    chosen.object_list = [
        {
            "message": one,
            "documents": page.documents_of(one),
            "is_mine": one.author_id == page.user.pk,
        }
        for one in chosen
    ]
    return chosen
