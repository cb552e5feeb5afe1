"""Telling people what happened to what is theirs: in the portal always, by e-mail or SMS as they choose.

Words: a *notice* is one thing that one person is told, once; a *channel* is a way on which it also goes
out: e-mail, SMS; a *delivery* is a notice on a channel; a *preference* is what a person chose. This
module does not know what a case is: it is given the words' kind, the subject's code and the address of a
page. It holds no personal data but the e-mail address that a person gave for it.
"""
