"""The index of a city (`runs/<city>/index.html`): what is published, until when, what each page says, what went before.

In come the values that `runs/forecast/city_index` read from the run folders (`values`); out goes one page. Read
`values`, then `page`; `verdict_lines` puts what each page of the published run says into a sentence.
"""
