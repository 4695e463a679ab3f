"""`patrolcast outcomes`: measures named, counts taken in, a report made; what of it all stands is read off the trail.

Read `history` (what the trail holds), `declare`, `take_in`, `reported_crime`, then `report`.
"""
