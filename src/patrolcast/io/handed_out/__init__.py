"""What leaves the department: a signed statement of a hash, a zip that is the same every time, stand-alone verifiers.

A run folder and a trail stay where they are and are checked there. What is handed out has to be checked elsewhere, by
people who hold a public key at most; so whatever this room writes can be read with Python alone.
"""
