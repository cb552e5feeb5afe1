"""Moving a running case to a newer version of its procedure."""

import datetime
from collections.abc import Mapping
from dataclasses import replace

from motcua.engines.calendar import office
from motcua.engines.flow import effects as wanted
from motcua.engines.flow import errors as flow_errors
from motcua.engines.flow import upgrade
from motcua.engines.procedure.errors import Refusal
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.running import Run
from motcua.engines.procedure.situation import Advance, Filing, Situation


def move(
    old: Procedure,
    new: Procedure,
    situation: Situation,
    filing: Filing,
    mapping: Mapping[str, str],
    *,
    calendar: office.Calendar,
    at: datetime.datetime,
) -> Advance:
    """Return a case's situation under a new version of its procedure, with what that calls for.

    `mapping` gives new ids for elements of the flow that have another id now. The clock, the fee and
    what was decided stay. A task that is other than before comes back as OpenTask with the token that
    it has. Raises Refusal with code cannot-move and every reason.
    """
    moment = max(at, situation.at)
    run = Run(new, filing, calendar, moment, _renamed(situation, mapping))
    try:
        step = upgrade.upgrade(
            old.net, new.net, situation.state, mapping, values=run.values(), at=moment
        )
        anew = {each.token for each in step.effects if isinstance(each, wanted.OpenTask)}
        kept = tuple(each for each in run.situation.tasks if each.token not in anew)
        run.situation = replace(run.situation, tasks=kept)
        run.take_over(step)
    except flow_errors.FlowError as error:
        raise Refusal("cannot-move", str(error)) from error
    return run.done()


def _renamed(situation: Situation, mapping: Mapping[str, str]) -> Situation:
    """Return a situation that speaks of elements by their new ids."""

    def name(element: str) -> str:
        return mapping.get(element, element)

    return replace(
        situation,
        outcomes={name(key): each for key, each in situation.outcomes.items()},
        rounds={name(key): each for key, each in situation.rounds.items()},
        tasks=tuple(replace(each, element=name(each.element)) for each in situation.tasks),
        timers=tuple(replace(each, element=name(each.element)) for each in situation.timers),
        calls=tuple(replace(each, element=name(each.element)) for each in situation.calls),
    )
