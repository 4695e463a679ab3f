"""The pages by role: what each shows and takes. Every view states its roles (`access`), and a test asks each of them.

Read `access`, then `tonight` (supervisor), `visits` (officer), `chief`, `analysis` (analyst), `oversight` (auditor),
`administration` and `training`.
"""
