"""Training of heads, adapters and whole encoders: settings, runs that can be resumed, logs."""
