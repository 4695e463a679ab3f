"""Feed checks: is what the records unit sent tonight what it sends on other nights?

A feed goes wrong in ways that no hash shows: half a day is missing, a batch came twice, a category was renamed. Each
check compares tonight's records with the same weekday of the weeks before (`comparison`), in four views: how many
(`counts`), of what make (`mixes`), how the files lie there (`files`), and what became of what was sent before (`past`).
`names` says what each is called, what it asks the records unit and what may be waived. Thresholds and their reasons are
stated in docs/feed-checks.md; they were fixed before any night is checked. Nothing here reads a file or a clock.
"""
