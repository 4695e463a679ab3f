"""The verbs of unattended nights: the records that are fetched, the run that a timer starts, the looks at what became.

`fetch` fills the export from an open-data portal, `nightly` is for the timer, `health` for a monitor (exit 0 or 1),
`status` for the person on duty. They call `runs/fetch` and `runs/nightly`.
"""
