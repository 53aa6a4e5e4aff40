"""What a process has besides its work: a log, ports, meters, a tie to who started it."""
