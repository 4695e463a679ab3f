"""Why a cell was, or was not, suggested, for three readers: whoever patrols, whoever lives there, and a court."""
