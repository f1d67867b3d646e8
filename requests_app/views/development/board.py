"""The board of subtasks: columns of cards or a table, and the moves that the rules allow."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import role_required
from accounts.roles import DPO_ROLES, Role
from requests_app.board import MOST_SHOWN, SHOWN, STATES, columns, nodes_of, under_work
from requests_app.filters import BoardFilterForm
from requests_app.forms.board import LimitsForm
from requests_app.models import CheckKind
from requests_app.progress import Progress, State
from requests_app.services import board as board_services
from requests_app.services import development
from requests_app.views.development.rights import Rights
from requests_app.views.files import get_file
from requests_app.views.lists import whole
from requests_app.views.refusals import STATUS, refusal_lines
from ui.formats import day_text
from workflow.errors import Missing, NotYourRole, Reason, Refused

SEES_BOARD = (Role.SUPPORT, Role.LEAD, Role.DEVELOPER, Role.TESTER, *DPO_ROLES)
ROWS = 50
ICONS = {
    "start": "play",
    "end": "flag",
    "block": "octagon-x",
    "unblock": "circle-play",
    "send_back": "undo-2",
}
LABELS = {
    "start": gettext_lazy("Start today"),
    "end": gettext_lazy("End today: its checks open"),
    "block": gettext_lazy("Mark it as blocked"),
    "unblock": gettext_lazy("It is no longer blocked"),
    "send_back": gettext_lazy("Send it back"),
}
LEADS_TO = {"start": State.IN_PROGRESS, "end": State.CHECKS, "send_back": State.SENT_BACK}
ASKS = ("block", "send_back")
DONE = {
    "start": gettext_lazy("“%(title)s” is started."),
    "end": gettext_lazy("“%(title)s” is ended: its checks are open."),
    "block": gettext_lazy("“%(title)s” is marked as blocked."),
    "unblock": gettext_lazy("“%(title)s” is no longer blocked."),
    "send_back": gettext_lazy("“%(title)s” is sent back to its developers."),
    "pass": gettext_lazy("The check of “%(title)s” is kept."),
    "fail": gettext_lazy("“%(title)s” is sent back to its developers."),
}
# To which act a card dropped on a column comes down; the other columns are reached by checks alone.
BY_COLUMN = {State.IN_PROGRESS: "start", State.CHECKS: "end"}


@dataclass(frozen=True)
class Move:
    """An act that a card's menu offers: `to` is the column that it leads to, `asks` whether it needs a reason."""

    name: str
    label: str
    icon: str
    to: str = ""
    asks: bool = False


@dataclass
class Card:
    """A subtask on the board, with the moves of its menu; `reason` is what was typed when one was refused."""

    node: object
    moves: list = field(default_factory=list)
    is_open: bool = False
    reason: str = ""

    @property
    def key(self):
        """Its name in the board's forms."""
        return f"{self.node.subtask.change_request.number}/{self.node.subtask.position}"

    @property
    def id(self):
        """Its name in the page."""
        return f"card-{self.key.replace('/', '-')}"

    @property
    def url(self):
        """Its own page."""
        return reverse("requests:subtask", args=self.key.split("/"))

    @property
    def asks(self):
        """Whether one of its moves needs a reason."""
        return any(move.asks for move in self.moves)


@role_required(*SEES_BOARD)
@require_http_methods(["GET", "POST"])
def board(request):
    """The subtasks under development that the reader may see; a POST makes one move, or sets the limits."""
    if request.method != "POST":
        return show(request)
    if request.POST.get("do") == "limits":
        return set_limits(request)
    node = posted_node(request)
    try:
        said = carry_out(request, node)
    except Refused as refusal:
        messages.error(request, refused(refusal, node, request.user))
        return show(request, refusal=refusal, refused_node=node)
    messages.success(request, said % {"title": node.subtask.title})
    return redirect(f"{request.get_full_path()}#{Card(node).id}")


@role_required(*SEES_BOARD)
@require_safe
def counts(request):
    """How many cards each column has under the filters of the address, for the script that asks now and then."""
    form = BoardFilterForm(request.GET)
    if not form.is_valid():
        return JsonResponse({}, status=422)
    found = columns(form.narrow(under_work(request.user)))
    return JsonResponse({column.state.value: column.count for column in found})


def posted_node(request):
    """The node of the card that was posted; 404 for what the person may not know of."""
    number, _slash, position = request.POST.get("card", "").partition("/")
    file = get_file(request, number)
    for node in Progress(file).nodes.values():
        if str(node.subtask.position) == position:
            return node
    raise Http404("no such subtask")


def carry_out(request, node):
    """Make the posted act; the sentence to say after it. Raises `Refused`, BadRequest."""
    name, _colon, kind = request.POST.get("do", "").partition(":")
    if not name:
        name = BY_COLUMN.get(request.POST.get("to")) or refuse_column(node, request.POST.get("to"))
    if name not in DONE or (name in ("pass", "fail")) != (kind in CheckKind.values):
        raise BadRequest("no such act")
    if name == "start":
        must_not_be_started(node)
    make(name, kind, node.subtask, actor=request.user, reason=request.POST.get("reason", "").strip())
    return DONE[name]


def must_not_be_started(node):
    """Refuse to start again what was: its page changes a start date, the board enters the first one."""
    if node.state is State.SENT_BACK:
        raise stays(_("Its work goes on where it is: end it again once it is mended."))
    if node.state is State.IN_PROGRESS:
        raise stays(_("It was started on %(day)s already.") % {"day": day_text(node.subtask.start_date)})


def make(name, kind, subtask, *, actor, reason):
    """Call the service of the act `name`; days are today's."""
    today = timezone.localdate()
    if name == "start":
        development.start_subtask(subtask, actor=actor, start_date=today)
    elif name == "end":
        development.end_subtask(subtask, actor=actor, end_date=today)
    elif name == "block":
        development.block_subtask(subtask, actor=actor, reason=reason)
    elif name == "unblock":
        development.unblock_subtask(subtask, actor=actor)
    elif name == "send_back":
        development.reopen_subtask(subtask, actor=actor, reason=reason)
    else:
        development.make_check(subtask, actor=actor, kind=kind, is_passed=name == "pass", comment=reason)


def refuse_column(node, to):
    """Say why a card cannot simply be put on the column `to`."""
    if to == State.GREEN:
        kinds = ", ".join(str(kind.label) for kind in node.due or node.required)
        raise stays(_("A subtask is green once all its checks have passed: %(checks)s.") % {"checks": kinds})
    if to == State.SENT_BACK and node.round is not None:
        raise stays(_("Say why it is sent back, in the menu of its card."))
    if to == State.SENT_BACK:
        raise stays(_("Only an ended subtask is sent back."))
    if to == State.TODO:
        raise stays(_("What was started does not go back to “to do”."))
    raise BadRequest("no such column")


def stays(why):
    """The refusal of a column that no single act leads to."""
    return Missing([Reason("column", why)])


def refused(refusal, node, reader):
    """Why a move was refused, in words that name the card."""
    why = " ".join(message for _field, message in refusal_lines(refusal, reader=reader))
    if isinstance(refusal, NotYourRole):
        why = _(
            "Its developers and the development lead enter its dates; testers and the DPO make its checks."
        )
    return _("“%(title)s” stays where it is. %(why)s") % {"title": node.subtask.title, "why": why}


def set_limits(request):
    """Keep the limits of the columns, for the lead."""
    form = LimitsForm(request.POST, columns=columns(under_work(request.user).none()))
    if not form.is_valid():
        return show(request, limits=form)
    try:
        board_services.set_limits(actor=request.user, limits=form.cleaned_data)
    except NotYourRole as refusal:
        messages.error(request, str(refusal))
        return show(request, refusal=refusal)
    messages.success(request, _("The limits of the columns are saved."))
    return redirect(request.get_full_path())


def show(request, *, refusal=None, refused_node=None, limits=None):
    """The board under the filters of the address, with the card whose move was refused, if any, open."""
    form = BoardFilterForm(request.GET)
    user = request.user
    context = {"form": form, "is_lead": user.has_role(Role.LEAD), "views": views_of(request, form)}
    if not form.is_valid():
        return render(request, "requests_app/board.html", {**context, "columns": []}, status=422)
    found = columns(form.narrow(under_work(user)), shown=asked(request))
    page = None
    if form.is_table:
        keys = [(key, column.state) for column in found for key in column.keys]
        page = Paginator(keys, ROWS).get_page(request.GET.get("page"))
        in_sight = [key for key, _state in page]
    else:
        in_sight = [key for column in found for key in column.in_sight]
    cards = cards_of(in_sight, user)
    typed = request.POST.get("reason", "").strip() if refused_node else ""
    card = cards.get(refused_node.subtask.pk) if refused_node else None
    if card:
        card.is_open, card.reason = True, typed
    context |= {
        # A card that is out of sight, or takes no reason any more, cannot keep it.
        "typed": "" if card and card.asks else typed,
        "columns": [
            (column, [cards[key] for key in column.in_sight if key in cards], more(request, column))
            for column in found
        ],
        "page": page,
        "rows": [cards[key] for key in in_sight if key in cards] if page else [],
        "total": sum(column.count for column in found),
        "limits": limits or (LimitsForm(columns=found, auto_id="limit-%s") if context["is_lead"] else None),
        "here": request.get_full_path(),
        "counts_url": f"{reverse('requests:board_counts')}?{request.GET.urlencode()}",
    }
    status = STATUS[type(refusal)] if refusal else 422 if limits else 200
    return render(request, "requests_app/board.html", context, status=status)


def asked(request):
    """How many cards of each column the address asks for."""
    return {
        state: min(max(whole(request.GET.get(state.value)), SHOWN), MOST_SHOWN)
        for state in STATES
        if state.value in request.GET
    }


def more(request, column):
    """The address that shows more of a column; empty where all are shown, or as many as can be."""
    if not column.left or column.shown >= MOST_SHOWN:
        return ""
    query = request.GET.copy()
    query[column.state.value] = column.shown + SHOWN
    return f"?{query.urlencode()}#column-{column.state.value}"


def views_of(request, form):
    """The two views of the same: the label, the address, whether it is shown."""
    kept = [(name, request.GET[name]) for name in form.FILTERS if request.GET.get(name)]
    return [
        (label, f"?{urlencode([*kept, *extra])}", form.is_table == bool(extra))
        for label, extra in ((_("Columns"), []), (_("Table"), [("view", "table")]))
    ]


def cards_of(keys, user):
    """`{key: Card}` of these subtasks as `user` sees them; what was removed meanwhile is not there."""
    rights, cards = {}, {}
    for key, node in nodes_of(keys).items():
        file = node.subtask.change_request
        if file.pk not in rights:
            rights[file.pk] = Rights(file, user)
        cards[key] = Card(node, moves_of(node, rights[file.pk]))
    return cards


def moves_of(node, rights):
    """The moves that the rules allow on a card, as `Move`."""
    acts = rights.may_do(node)
    moves = [
        Move(name, LABELS[name], ICONS[name], LEADS_TO.get(name, ""), name in ASKS)
        for name in ("start", "end", "unblock")
        if name in acts and not (name == "start" and node.state is not State.TODO)
    ]
    for kind in rights.makeable(node):
        label = kind.label.capitalize()
        moves += [
            Move(f"pass:{kind}", _("%(check)s: passed") % {"check": label}, "circle-check", State.GREEN),
            Move(
                f"fail:{kind}", _("%(check)s: failed") % {"check": label}, "circle-x", State.SENT_BACK, True
            ),
        ]
    return moves + [
        Move(name, LABELS[name], ICONS[name], LEADS_TO.get(name, ""), True) for name in ASKS if name in acts
    ]
