"""What became of people where patrol went: monthly counts of arrests, stops, force and complaints, and what is asked.

`counts` is the table of counts, `declared` the file in which a department names its measures before it sees any of
them. Counts of groups and areas only: a row about one person has no place in either.
"""
