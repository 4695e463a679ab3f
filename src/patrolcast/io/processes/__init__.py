"""Processes that we start and must end: waiting for one within bounds, and ending it with all that it started.

A started process comes in, its exit code goes out. Read `ending`; `io/cities` and `io/jobs` use it.
"""
