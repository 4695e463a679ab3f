"""What a run folder holds for people: the briefing, the model card and the record of admissions.

In comes a run with its context; out come `briefing.html` (`briefing`, its map packed by `map_data`, its rows put into
words by `place_rows`), `model/card.json` (`model_card`), `model/card.md` (`model_card_markdown`) and `admission.json`
(`admission`).
"""
