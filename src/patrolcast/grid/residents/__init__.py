"""Residents on the grid in other ways than `grid/interpolate` puts them there: how much does the choice matter?

In come census areas and cells; out go shares and counts per cell. `spreading` holds every other way.
"""
