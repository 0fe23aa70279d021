"""What the exchange promises: decide, deliver, prove, watch the clock."""
