"""What exists in the simulated world: apps, people, tokens, lives and comments."""
