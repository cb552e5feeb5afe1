"""The officer's workspace: inbox, case, signing folder, counter, registers, administration.

It owns no tables: it composes what the modules under it know and do. Words: a *queue* is a list of tasks
with a count, an *operation* is long work that can be left and come back to.
"""
