"""One file a document. Each opens with the law, standard or city whose shape it follows, and builds one `Record`.

A sentence names its figures as ``<source:/pointer|form>``; no figure is typed. Each part holds a fact of the run.
"""
