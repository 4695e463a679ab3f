"""Many cities in one night: a process for each, started here or on the workers of a Dask cluster.

`configs` finds them, `process` runs one to its end whatever becomes of it, `engines` runs all: here, or on Dask. Both
engines call the same function, which starts the same command; so where a city is run changes no byte of it.
"""
