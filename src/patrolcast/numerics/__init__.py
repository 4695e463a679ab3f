"""The arithmetic that several pillars share, beside `domain/`: array types, decay, exposure, kernels,
random streams.

It imports nothing of ours, so every room may use it. Read `arrays` first.
"""
