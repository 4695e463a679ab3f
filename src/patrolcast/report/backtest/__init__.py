"""The back-test page (`backtest.html`).

In comes the document of a back-test (`backtest.json`); out come its finding in a sentence, pictures and tables. Read
`finding`, then `page`.
"""
