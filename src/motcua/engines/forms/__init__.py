"""This will say which questions a form asks, which answers are valid, and what is shown for them.

Words: a *form* is a JSON Schema with pages; a *field* is one question with its place in the schema; a
*rule* is a condition over several answers, with its own message. It renders nothing, stores nothing,
and trusts no answer to a question that was not asked.
"""
