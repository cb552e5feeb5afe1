"""The one expression language of the product: CEL, typed against the form and bounded in size and work.

Words: a *scope* is a record of typed names; an *expression* is a text compiled in a scope; a *fault* is what a
check found wrong, with its place. It does not read files, does not know BPMN or forms, and never guesses a type.
"""
