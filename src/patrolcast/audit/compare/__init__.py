"""Variants side by side: every variant in every measure, and which differences may be claimed.

In come the nights of each variant on shared cells (`nights`) and what those cells hold (`land_and_census`); out go
values and differences with intervals. `measures` lists what is measured, `groups` holds the measures of groups,
`values` takes each over all nights, in batches and with the census redrawn, and `pairs` decides what is supported.
Read them in this order.
"""
