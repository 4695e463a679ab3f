"""`patrolcast publish-site`: the public audit site. Read `publish`, then what it asks: `gather`, `counts`, `ledger`."""
