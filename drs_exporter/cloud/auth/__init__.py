"""Ways to prove who is asking: one file each."""
