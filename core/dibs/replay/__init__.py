"""The replay door: a recorded sale goes in through the same lane as a live one, and what comes out is told."""
