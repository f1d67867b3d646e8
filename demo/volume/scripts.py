"""What happens to a file, and after how long, until the step where it is to stand."""

from workflow.steps import Step


def script(draw, outcome):
    """Yield the acts of a file that ends up at the step `outcome`: `(method of Story, days since the act before)`.

    `draw` is the source of chance.
    """
    early = outcome == Step.CANCELLED and draw.random() < 0.5
    yield "open", 0
    if outcome == Step.REQUEST and draw.random() < 0.7:
        return
    yield "send", draw.uniform(0.2, 5)
    if draw.random() < 0.92:
        yield "take", draw.uniform(0.2, 2)
    if outcome == Step.DECLINED or early:
        yield ("decline" if outcome == Step.DECLINED else "cancel"), draw.uniform(1, 12)
        return
    if outcome == Step.REQUEST or draw.random() < 0.12:
        yield "give_back", draw.uniform(0.5, 4)
        if outcome == Step.REQUEST:
            yield "rework", draw.uniform(0.5, 2)
            return
        yield "send", draw.uniform(1, 8)
    if draw.random() < 0.4:
        yield "talk", draw.uniform(0.5, 3)
    yield from _specified_and_decided(draw, outcome)


def _specified_and_decided(draw, outcome):
    yield "write_specification", draw.uniform(1, 15)
    if outcome == Step.SPECIFICATION:
        return
    yield "send_specification", draw.uniform(0.5, 4)
    if outcome == Step.RULING:
        return
    if draw.random() < 0.05:
        yield "ask_support", draw.uniform(0.5, 5)
        yield "send_specification", draw.uniform(0.5, 4)
    yield "rule", draw.uniform(0.5, 8)
    if outcome == Step.CANCELLED:
        yield "cancel", draw.uniform(1, 10)
        return
    if draw.random() < 0.1:
        yield "ask_change", draw.uniform(1, 8)
        if draw.random() < 0.5:
            yield "lower_quote", draw.uniform(0.5, 4)
        else:
            yield "change_solution", draw.uniform(0.5, 4)
            yield "send_specification", draw.uniform(0.5, 4)
            yield "rule", draw.uniform(0.5, 6)
    if outcome == Step.DECISION:
        return
    yield "validate", draw.uniform(1, 12)
    yield from _developed(draw, outcome)


def _developed(draw, outcome):
    count = draw.choice((1, 1, 2, 2, 3, 4))
    yield f"split_{count}", draw.uniform(0.5, 4)
    done = draw.randint(0, count) if outcome == Step.DEVELOPMENT else count
    for _piece in range(done):
        yield "start", draw.uniform(0.2, 2)
        yield "end", draw.uniform(0.5, 6)
        if draw.random() < 0.12:
            yield "fail_check", draw.uniform(0.2, 1)
            yield "end", draw.uniform(0.3, 3)
        yield "pass_checks", draw.uniform(0.2, 2)
    if outcome == Step.DEVELOPMENT:
        if done < count and draw.random() < 0.7:
            yield "start", draw.uniform(0.2, 2)
        return
    yield "deliver", draw.uniform(0.5, 4)
    if outcome == Step.ACCEPTANCE:
        return
    if draw.random() < 0.06:
        yield "refuse", draw.uniform(1, 8)
        yield "end_again", draw.uniform(0.5, 4)
        yield "check_again", draw.uniform(0.2, 2)
        yield "deliver", draw.uniform(0.5, 3)
    yield "accept", draw.uniform(1, 12)
