"""The work on a filing: tasks, deadlines, decisions.

Words: a *case* is a filing under way, known by its code; a *task* is one step of it that waits for
people of a unit and a role; a *slip* is one of the numbered forms given to the applicant; the
*situation* is where the case stands in its flow (`engines.procedure`). This module brings people,
law as data and the flow together. It does not know what a procedure asks for: that is data.
"""
