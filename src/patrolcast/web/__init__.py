"""The review console: the second door, for people who decide. It asks `runs`, never a pillar.

A Django application for a department's own machine. Read `state` (the folder in which it keeps accounts and secrets),
`settings` (how Django is set up), `accounts/` (who may do what, and how they come in), `pages/` (what each role sees
and does) and `start` (the verb `serve`). Docs: docs/console.md.
"""
