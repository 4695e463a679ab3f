"""Feed checks of one city: its records as `audit/feed` looks at them (`table`), and the stage that decides (`stage`).

`nightly` stops on a breach before anything is computed; `check` shows the same findings; a backfill notes them.
"""
