"""The base: the words of patrolcast, as types. Imports nothing of ours."""
