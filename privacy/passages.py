"""Passages of a text that its author marked as concerning personal data, `==like this==`.

The marks are a reading aid and no part of what is said: they are kept beside the text, as places in it.
"""

from ui.markdown import MARKED

MARK = "=="


def taken_out(text):
    """`text` without its marks, and where the passages stand in it: a list of `[start, end]`, in order."""
    plain, passages, done = "", [], 0
    for found in MARKED.finditer(text):
        plain += text[done : found.start()]
        passages.append([len(plain), len(plain) + len(found["passage"])])
        plain += found["passage"]
        done = found.end()
    return plain + text[done:], passages


def put_in(text, passages):
    """`text` with the marks of `passages` again: what `taken_out` was given."""
    marked, done = "", 0
    for start, end in passages:
        marked += f"{text[done:start]}{MARK}{text[start:end]}{MARK}"
        done = end
    return marked + text[done:]
