"""What the review console shows and records: read for its pages here, so that `web` asks no pillar.

Read `city` (which city, which folders, what it leaves on the trail), `night` (the published suggestions as the briefing
prints them, with its map), `history` (runs, their checks, two nights side by side), `files` (stored pages handed out
after their hash was compared).
"""
