"""A run told to people, as strings: the briefing, the audit page, the model card, the record of admissions.

Pure: tables and records in, text out; the same run gives the same bytes. Nothing here knows a file, a clock or a
socket; the packaged templates are the one thing read, in `packaged.py`.
"""
