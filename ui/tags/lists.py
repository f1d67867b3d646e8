"""Tables and what surrounds them; histories, conversations, people, documents."""

from django import template
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.translation import gettext

from ui.items import SIDES, Chip, Document, Entry, Person
from ui.tags.layout import one_of

register = template.Library()


def all_of(tag, items, kind):
    """Refuse at once what the template would otherwise show half."""
    for item in items:
        if not isinstance(item, kind):
            raise template.TemplateSyntaxError(f"{tag}: every item is a ui.items.{kind.__name__}.")
    return items


@register.simple_block_tag
def table(content, caption, *, hide_caption=False, stack=False, early=False, rows=False, id=""):
    """`{% table _("27 requests") %}<thead>…</thead><tbody>…</tbody>{% endtable %}`: scrolls sideways within itself.

    stack: on a phone each row becomes a card (give every td a data-label); early: on a tablet too, for a table that
    is wider than one; rows: j and k walk the rows' first links.
    """
    return render_to_string(
        "components/table.html",
        {
            "content": content,
            "caption": caption,
            "hide_caption": hide_caption,
            "stack": stack,
            "early": early,
            "rows": rows,
            "id": id,
        },
    )


@register.inclusion_tag("components/th.html", takes_context=True)
def th(context, label, *, sort="", number=False, hidden=False):
    """`{% th _("Planned date") sort="planned" %}`: a column head; with `sort` a link that sorts by `?sort=planned`, then back."""
    asked = context["request"].GET if sort else {}
    current = asked.get("sort", "").strip()
    direction = {sort: "ascending", f"-{sort}": "descending"}.get(current, "") if sort else ""
    query = [(key, value) for key in asked for value in asked.getlist(key) if key not in {"sort", "page"}]
    target = f"-{sort}" if direction == "ascending" else sort
    return {
        "label": label,
        "url": f"?{urlencode([*query, ('sort', target)])}" if sort else "",
        "direction": direction,
        "number": number,
        "hidden": hidden,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page, *, label=""):
    """`{% pagination page %}`: a Django `Page`; keeps the other parameters of the address. Nothing for a single page."""
    asked = context["request"].GET
    query = urlencode([(key, value) for key in asked for value in asked.getlist(key) if key != "page"])
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "ellipsis": page.paginator.ELLIPSIS,
        "before": f"?{query}&page=" if query else "?page=",
        "label": label or gettext("Pages"),
    }


@register.inclusion_tag("components/chips.html")
def chips(items, *, label):
    """`{% chips views label=_("Views") %}`: links with counts. items: `ui.items.Chip`."""
    return {"items": all_of("chips", items, Chip), "label": label}


@register.simple_block_tag(takes_context=True)
def filter_bar(context, content, *, label="", reset_url="", active=0):
    """`{% filter_bar reset_url="?" active=2 %}{% field form.step %}…{% endfilter_bar %}`: a GET form with its button."""
    return render_to_string(
        "components/filter_bar.html",
        {"content": content, "label": label or gettext("Filters"), "reset_url": reset_url, "active": active},
    )


@register.inclusion_tag("components/timeline.html")
def timeline(entries, *, compact=False):
    """`{% timeline entries %}`: who did what, when. entries: `ui.items.Entry`; compact: for the side column."""
    return {"entries": all_of("timeline", entries, Entry), "compact": compact}


@register.simple_block_tag
def message(content, *, who, when, side, private=False, mine=False, id=""):
    """`{% message who=m.author when=m.at side="client" %}<div class="prose">…</div>{% endmessage %}`.

    private: a note of the vendor's side, which looks different and says so in words.
    """
    return render_to_string(
        "components/message.html",
        {
            "content": content,
            "who": who,
            "when": when,
            "side": one_of("message", "side", side, SIDES),
            "private": private,
            "mine": mine,
            "id": id,
        },
    )


@register.inclusion_tag("components/people.html")
def people(items):
    """`{% people items %}`: initials, name, role. items: `ui.items.Person`."""
    return {"items": all_of("people", items, Person)}


@register.inclusion_tag("components/documents.html")
def documents(items, *, id="", empty="", fold=None):
    """`{% documents items id="documents" %}`: rows with open, download and withdraw. items: `ui.items.Document`.

    fold: how many stay in sight, the others unfold; for the side column.
    """
    shown = list(all_of("documents", items, Document))
    return {
        "items": shown[:fold],
        "folded": shown[fold:] if fold is not None else [],
        "id": id,
        "empty": empty or gettext("No document yet."),
    }


@register.inclusion_tag("components/document_row.html")
def document_row(item):
    """One row of `documents`: what an upload answers with."""
    return {"item": item}
