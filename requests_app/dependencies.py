"""What waits for what among the subtasks of one file, and the circle that nobody could get out of."""

from graphlib import CycleError, TopologicalSorter


def circle(parents, waits):
    """The subtasks of a circle of waiting, each waiting for the next and the last for the first; else `[]`.

    `parents`: `{key: its parent's key, or None}`; `waits`: `{key: the keys that it depends on}`. A parent is
    done with its children, and what a parent waits for its children wait for too.
    """
    graph = {key: set(waits.get(key, ())) for key in parents}
    for key, parent in parents.items():
        if parent is not None:
            graph[parent].add(key)
            graph[key] |= set(waits.get(parent, ()))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # Each of them is what the next waits for, and the first comes again at the end.
        return error.args[1][:0:-1]
    return []
