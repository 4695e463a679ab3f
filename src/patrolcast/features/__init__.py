"""Features: declared once, admitted by the policy, computed from what was reported by each origin. Pure.

Counts by day, cell and shift come in; an `AdmittedMatrix` goes out. Read `catalogue` (what exists), `policy` (what is
let in), then what makes the start and the columns: `lags`, `decayed_counts`, `shift_share`, `season` and `city_rate`,
`calendar` with `sun`, `places`; `rows` chooses the rows, `matrix` puts both together, `array_cache` keeps what several
features share.
`proxies/` measures whether a feature stands in for a group; `enforcement` exists for comparisons only.
"""
