"""What may be said of a contrast, in the words in which outcomes.json and its page say it."""

ROSE, FELL = "rose", "fell"
NO_CLEAR_CHANGE, TOO_SMALL = "no clear change", "too small to tell"
NOT_MEASURED, CHOSEN_AFTER = "not measured", "chosen after the data was seen"
