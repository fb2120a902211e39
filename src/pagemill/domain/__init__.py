"""The rules of Pagemill as pure, typed functions: no I/O, no clock, no randomness."""
