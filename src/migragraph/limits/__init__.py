"""Hard limits: queries run in processes that can be ended, with a deadline, bounded memory and no network.

The engine has no deadline and no way to cancel, and a signal does not reach it while it evaluates; only ending the
process stops the work. Entry points: :class:`migragraph.limits.pool.QueryPool`; for other work on a version, such as a
report, :class:`migragraph.limits.work.WorkProcesses`.
"""
