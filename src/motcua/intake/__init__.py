"""What people send us: drafts, filings, the files that come with them.

Words: a *draft* is a filing not sent yet, under the version of the procedure it began with; an
*attachment* is a file that stands for one paper the procedure asks for; a *filing* is a draft that was
sent, with the answers as they were accepted; a *supplement* replaces answers and adds papers, and a
*revision* keeps what was said before. This module does not decide on a filing: that is the work of
`cases`, in whose transaction a draft is sent.
"""
