"""Files of `governance/CITY/`: the department's facts (`facts.py`) and the texts it edits (`texts.py`).

A file that is missing, incomplete or still a placeholder ends with exit 11 and an example of what to write.
"""
