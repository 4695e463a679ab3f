"""`rollcall.pdf`: one sheet of paper for each district and shift of the night.

`sheets` gathers what stands on each, `pages` lays it out and draws it, with the district's map from `district_map`;
`lettering` holds the fonts, breaks lines and shows what they cannot print, `paper` says how large a sheet is. The
same run gives the same bytes.
"""
