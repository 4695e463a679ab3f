"""What only the department can know: who answers, by what law, what people said, what a year brought.

`facts.py` and `year.py` are the forms of `governance/CITY/*.toml`; `hazards.py` the hazards that a department rates;
`prohibited.py` the checks that a prohibited use may name; `registers.py` the forms of registers; `audience.py` who
reads an explanation.
"""
