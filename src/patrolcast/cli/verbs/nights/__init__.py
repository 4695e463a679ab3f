"""The verbs of unattended nights: the run that a timer starts, and the two looks at what became of it.

`nightly` is for the timer, `health` for a monitor (exit 0 or 1), `status` for the person on duty. All three call
`runs/nightly`.
"""
