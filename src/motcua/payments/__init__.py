"""Fees that are due, and how they were paid: the least that the work on a case needs.

Words: a *due* is an amount in đồng that a person owes an authority for one purpose; a *subject* is the
code of what it is for, mostly a case; a *reference* is ours and travels with the money; a *receipt* is
the number that the counter or the gateway gives for the money it took; a *gateway* is an outside
system that takes payments; a *settlement* is its signed word that it did. This module does not know
how a fee is reckoned, nor what becomes of a case that is paid for.
"""
