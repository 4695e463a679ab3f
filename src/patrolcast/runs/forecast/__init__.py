"""The verbs `forecast`, `explain`, `reproduce` and `check`: one run, made, published, explained and made again.

In comes a config; out goes a run folder, complete or not at all. Read `once` (one run: identity, load, pipeline, gates,
run folder), `for_readers` (what the pipeline says, in words for people), `stored_runs` (is it there already, and
untouched?), `run_folder` (the files of a run), `rederive` (do its gates follow from its data?), `publish` (what
`current` points at, and until when), `watched` (no alarm is shed), then what looks back at a run: `explained/` and
`reproduce`. `check` reads config and data as `once` would and runs nothing.
"""
