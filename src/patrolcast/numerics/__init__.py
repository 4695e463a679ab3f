"""The arithmetic that several pillars share, beside `domain/`: array types, decay, kernels, random streams.

It imports nothing of ours, so every room may use it. Read `arrays` first.
"""
