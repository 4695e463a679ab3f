"""The page of the closed-loop test (`feedback.html`).

In comes the document of `patrolcast simulate` (`feedback.json`); out come its verdict, what it means and what to do
next. `words` has the sentences, `page` puts figures into them and draws.
"""
