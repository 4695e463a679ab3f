"""What the code does, as one hash that evidence is bound to.

Names of functions come in; a SHA-256 of all that they can reach goes out. Read `closure` (how it is taken), `kept`
(read again where nothing changed).
"""
