"""A synthetic London that agrees with the published totals: seeded, and with a home of its own.

`home.write_home` writes it; `world` draws what happens, `feed` says what each weekly file shows
of it, `quotas` and `tactics` hold the numbers that it must come to. Nothing in here is a police
record, and every source of the demo's home says so.
"""
