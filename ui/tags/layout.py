"""Panels, facts, notes, badges, buttons: what a page is built of."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.translation import gettext

from ui.formats import initials
from ui.items import SIDES, Tab

register = template.Library()

TONES = frozenset({"neutral", "info", "done", "warning", "danger"})
KINDS = frozenset({"plain", "main", "quiet", "danger"})


def one_of(tag, name, value, allowed):
    """Refuse a value that no style knows: it would show as nothing in particular, and nobody would notice."""
    if value not in allowed:
        raise template.TemplateSyntaxError(
            f"{tag}: {name} {value!r} is not one of {', '.join(sorted(allowed))}."
        )
    return value


@register.simple_block_tag
def panel(
    content, title="", *, tone="neutral", side="neutral", level=2, id="", icon="", flush=False, hint=""
):
    """`{% panel title=_("Dates") %}…{% endpanel %}`; flush: the content goes to the edges, as a table does."""
    return render_to_string(
        "components/panel.html",
        {
            "content": content,
            "title": title,
            "tone": one_of("panel", "tone", tone, TONES),
            "side": one_of("panel", "side", side, SIDES),
            "level": one_of("panel", "level", level, {1, 2, 3, 4, 5, 6}),
            "id": id,
            "icon": icon,
            "flush": flush,
            "hint": hint,
        },
    )


@register.simple_block_tag
def facts(content, *, compact=False):
    """`{% facts %}{% fact _("Quote") %}…{% endfact %}{% endfacts %}`; compact: label and value on one line."""
    return render_to_string("components/facts.html", {"content": content, "compact": compact})


@register.simple_block_tag
def fact(content, label):
    """One label and its value, inside `facts`. An empty value shows a dash with the words "not given"."""
    return render_to_string(
        "components/fact.html", {"content": content if content.strip() else "", "label": label}
    )


@register.simple_block_tag
def note(content, *, tone="info", title="", role=""):
    """`{% note tone="warning" title=_("2 conditions") %}…{% endnote %}`. role="alert" or "status" if it just came up."""
    return render_to_string(
        "components/note.html",
        {
            "content": content,
            "title": title,
            "tone": one_of("note", "tone", tone, TONES - {"neutral"}),
            "role": one_of("note", "role", role, {"", "alert", "status"}),
        },
    )


@lru_cache(maxsize=2048)
def _badge(text, tone, side, icon):
    return render_to_string("components/badge.html", {"text": text, "tone": tone, "side": side, "icon": icon})


@register.simple_tag
def badge(text, *, tone="neutral", side="neutral", icon=""):
    """`{% badge _("favourable") tone="done" %}`: tone, icon and word. `icon` in place of the tone's own."""
    one_of("badge", "tone", tone, TONES)
    one_of("badge", "side", side, SIDES)
    return _badge(str(text), tone, side, icon)


@register.inclusion_tag("components/turn.html")
def turn(text, *, side, since=None, mine=False):
    """`{% turn _("Yours to decide") side="client" since=request.step_since mine=True %}`: whose turn, since when."""
    return {"text": text, "side": one_of("turn", "side", side, SIDES), "since": since, "mine": mine}


@register.inclusion_tag("components/button.html")
def button(
    label,
    *,
    kind="plain",
    side="neutral",
    icon="",
    name="",
    value="",
    type="submit",
    form="",
    formaction="",
    disabled=False,
    shortcut=False,
    small=False,
):
    """`{% button _("Send to the hot line") kind="main" name="send" value="1" %}`; shortcut: Ctrl+Enter presses it."""
    return {
        "label": label,
        "kind": one_of("button", "kind", kind, KINDS),
        "side": one_of("button", "side", side, SIDES),
        "icon": icon,
        "name": name,
        "value": value,
        "type": one_of("button", "type", type, {"submit", "button", "reset"}),
        "form": form,
        "formaction": formaction,
        "disabled": disabled,
        "shortcut": shortcut or kind == "main",
        "small": small,
    }


@register.inclusion_tag("components/link_button.html")
def link_button(label, url, *, kind="plain", side="neutral", icon="", small=False, download=False):
    """`{% link_button _("New request") url kind="main" icon="plus" %}`: leads somewhere, never decides."""
    return {
        "label": label,
        "url": url,
        "kind": one_of("link_button", "kind", kind, KINDS),
        "side": one_of("link_button", "side", side, SIDES),
        "icon": icon,
        "small": small,
        "download": download,
    }


@lru_cache(maxsize=2048)
def _avatar(letters, side):
    return render_to_string("components/avatar.html", {"letters": letters, "side": side})


@register.simple_tag
def avatar(name, *, side="neutral"):
    """`{% avatar person.name side="client" %}`: initials, decoration beside the name itself."""
    return _avatar(initials(str(name)), one_of("avatar", "side", side, SIDES))


@register.simple_block_tag
def empty(content, title, *, icon="inbox"):
    """`{% empty _("Nothing waits for you") %}what to do next{% endempty %}`."""
    return render_to_string("components/empty.html", {"content": content, "title": title, "icon": icon})


@register.simple_block_tag
def disclosure(content, summary, *, open=False, icon="", count=None):
    """`{% disclosure _("Earlier versions") count=3 %}…{% enddisclosure %}`: folds without a script."""
    return render_to_string(
        "components/disclosure.html",
        {"content": content, "summary": summary, "open": open, "icon": icon, "count": count},
    )


@register.simple_block_tag
def locked(content, reason, *, icon="lock"):
    """`{% locked _("Filled in by the DPO, once …") %}…{% endlocked %}`: a tab that is not the reader's to fill, greyed as a whole."""
    return render_to_string("components/locked.html", {"content": content, "reason": reason, "icon": icon})


@register.inclusion_tag("components/tabs.html")
def tabs(items, *, label="", side="client"):
    """`{% tabs tabs side="vendor" %}`: pages with addresses. items: `ui.items.Tab`; side: the reader's, for the dot."""
    for item in items:
        if not isinstance(item, Tab):
            raise template.TemplateSyntaxError("tabs: every item is a ui.items.Tab.")
    one_of("tabs", "side", side, SIDES)
    return {"items": items, "label": label or gettext("Parts of this page"), "side": side}


@register.inclusion_tag("components/progress.html")
def progress(label, *, value=None, maximum=100, text=""):
    """`{% progress _("Subtasks green") value=3 maximum=7 text="3/7" %}`; without a value: under way, end unknown."""
    return {"label": label, "value": value, "maximum": maximum, "text": text}
