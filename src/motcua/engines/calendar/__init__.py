"""This will count statutory time: working days and hours, holidays, due moments, pauses.

Words: a *calendar* says when one office is open; a *period* is what the law allows; a *clock* is a
period that runs for one case, with its pauses. Moments are aware datetimes; days are dates of the
office's zone. It does not read the clock, and knows no procedure.
"""
