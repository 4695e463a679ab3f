"""What of an export the config leaves unread, and what that does to its counts.

A run reads only what is mapped; here a sample of the rest is looked at once, and what it shows is said, never used.
Read `look` (the one look), then `columns` (what it says of the counts).
"""
