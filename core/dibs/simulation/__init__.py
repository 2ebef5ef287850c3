"""The whole product against a simulated platform: connecting, listening, selling, answering."""
