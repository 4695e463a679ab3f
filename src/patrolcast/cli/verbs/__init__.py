"""One file a verb: signature, help with an example, and one call into the folder of `runs/` that has its name.

Arguments come in from `cli/app`; a verb prints, and returns its exit code where that is not 0. The signature stands
here and nowhere else. To add a verb, add a file here and its name in `cli/app`. Imports stand inside the functions: a
verb that is not called must not load pandas.
"""
