"""Small counts kept from the public: which totals must be withheld so that nobody finds a small one out.

A count below a limit may point to a person. Withholding it alone does not help where totals are shown: what is missing
follows by subtraction. So more is withheld (`suppress`), and what is left is attacked as an outsider would (`ranges`):
all shown totals of all tables, releases and variants are one system of linear equations in whole numbers that are not
negative. Read `totals` first.
"""
