"""Exports that hold counts of groups, never rows about single events: where a column of a group may stand at all.

Text columns of a file come in, a checked table leaves. A file that could be about persons is refused whole.
"""
