"""The verbs of people who decide: answers and visits, files of them, and stopping the tool.

Each names the account that acts by the operating system; all call `runs/review` or `runs/pause`. The console offers the
same to people who sign in.
"""
