"""Statements whose text is put together once.

A third of what a page of a file cost was Django making the same SQL of the same querysets again. What is kept is the
text, never an answer: each asking goes to the database, with its own value.
"""

from copy import copy
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models

# What a statement is put together with where its value goes: nobody's number or key.
PLACES = {str: "the place of a value: 0d5c1f7a", int: 7_205_759_403_792_793_601}


def rows(make, value, *shape):
    """The rows of the queryset `make(value, *shape)`, as a list.

    Its text is kept for each `shape`: whatever else it depends on, and hashable by all of that. `make` is a function
    of a module. Only what compares `value` (a str or an int) by equality can be asked so: it is put in its places.
    """
    kept = _kept(make, type(value), shape)
    return list(kept.with_value(value)) if kept else []


class _Kept:
    """A queryset and its text, put together with a place for the value."""

    def __init__(self, queryset, place):
        self.queryset, self.place = queryset, place
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.values = self.compiler.as_sql()
        if place not in self.values:
            raise ValueError("A kept statement has no place for its value.")

    def with_value(self, value):
        """The queryset with `value` in its places."""
        again = models.QuerySet(self.queryset.model, query=_Again(self, value), using=DEFAULT_DB_ALIAS)
        again._iterable_class = self.queryset._iterable_class
        return again


class _Again:
    """What a queryset asks of its query in order to be read, answered by a text that is kept."""

    def __init__(self, kept, value):
        self.kept, self.value = kept, value

    def get_compiler(self, using=None, connection=None, elide_empty=True):
        kept = self.kept
        values = tuple(self.value if one == kept.place else one for one in kept.values)
        # A copy: another thread has another connection and another value.
        compiler = copy(kept.compiler)
        compiler.connection = connection or connections[using]
        compiler.as_sql = lambda: (kept.sql, values)
        return compiler


@lru_cache(maxsize=1024)
def _kept(make, kind, shape):
    place = PLACES[kind]
    try:
        return _Kept(make(place, *shape), place)
    except EmptyResultSet:
        return None
