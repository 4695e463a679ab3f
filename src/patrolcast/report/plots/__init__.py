"""How plots are drawn: layers of Vega-Lite become inline SVG (docs/decisions/0015-plots.md).

Vega draws scales, axes, marks and words, and escapes text. What would depend on the fonts of a machine is decided
here: where words stand, how they are wrapped, how many ticks there are. So the same values give the same bytes
everywhere. Every value drawn must also stand in a table of its page.
"""
