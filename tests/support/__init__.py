"""What the tests stand on: engines, the clock, the client, the source tree."""
