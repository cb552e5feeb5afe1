"""This will read, check and run one administrative procedure that is described as a folder of data.

Words: a *procedure* is the compiled folder; a *filing* is what a person sent; a *situation* is where
one case stands (marking of the flow, status, clock, what is waited for); a *happening* moves it and
yields *effects*, which are data. It does not store, send, number, sign or read the clock.
"""
