"""What a night lets other programs know: a metrics file that Prometheus collects, a command that is given the summary.

Both come after the night and neither can fail or change it: whatever goes wrong here comes back as a text, which the
night's log says. Nothing here decides what is said; `runs/nightly/signals` does.
"""
