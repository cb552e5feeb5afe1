"""Wires everything: settings, addresses, the command line, who reacts to what."""
