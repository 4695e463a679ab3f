"""Work in the background: one verb at a time a city, started by the console, outliving it, never "running" for ever.

`folder` is what lies on the disk of a job; `start` starts one and sees whether it is at work; `keeper` is the small
process between the console and the verb, which writes down how the verb ended; `progress` says how far it is.
"""
