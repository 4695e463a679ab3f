"""Verbs for what the public gets: the records of a run, the department's texts, the register of feedback."""
