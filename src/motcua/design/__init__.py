"""How the product looks: layout, components, styles, scripts, and a gallery of every component.

A page of another module extends `design/citizen.html` or `design/official.html` and fills it with the
tags of `{% load design %}`; each takes a value of `design.values`. There is no logic of the work here, no
table, and no address of another module: what a component links to is given to it.
"""
