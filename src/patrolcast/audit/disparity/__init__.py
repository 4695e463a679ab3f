"""One run, audited by group: who would receive the patrol, is the forecast off for anyone, who is out of reach?

In come minutes, reported incidents and residents by night and cell; out goes a `DisparityAudit` and its gates. Read
`exposure` first (the formula everything stands on), then `compare_groups` (its intervals over nights) and `error_parts`
(what else an interval must hold: `census_error`, `within_areas`, other versions of the sum by `ratio_draws`), then
`districts` (who lies beyond the limit there, and may chance explain it?) and the other measures in any order:
`calibration`, `composition`, `concentration`, `ascertainment`. `gates` comes last. `runs/pipeline/audit` calls them in
this order.
"""
