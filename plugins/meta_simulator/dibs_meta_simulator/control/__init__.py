"""The controls: what tests, the command and people do to the simulated world."""
