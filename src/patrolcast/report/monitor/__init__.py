"""The monitor's page (`monitor.html`): what the operational logs show about patrol feeding the forecast.

In comes the document of a look at the logs (`monitor.json`); out come its verdict, how sure it is, what could have been
seen, and what to do next. `words` has the sentences, `page` puts figures into them and draws the evidence.
"""
