"""Two texts compared, for the eye and the ear."""

from django import template

from ui.differences import differences

register = template.Library()


@register.inclusion_tag("components/word_differences.html")
def word_differences(before, after):
    """`{% word_differences old.solution new.solution %}`: what was removed and added, told by line, sign and word."""
    return {"pieces": differences(before, after)}
