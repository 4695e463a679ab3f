"""The configuration on disk.

A path comes in; a `ConfigFile` goes out: merged along `extends`, paths resolved inside the project, each value with
the file it comes from, and a hash of its meaning. Read `settings_file`, then `stored_config` (the config of a run).
"""
