"""The flow engine: BPMN 2.0 models read, checked, proved and run as a small token game.

Words: a *flow* is a parsed model; a *net* is the same model compiled for running; a *token* is one thing that is
waiting or running; a *state* is the set of tokens of one case; a *happening* is what the outside tells the engine;
an *effect* is what the engine asks of the outside. The engine never opens a task, sets a timer, calls a service or
reads a clock itself.
"""
