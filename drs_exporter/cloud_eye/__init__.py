"""Cloud Eye, the service that measures machines: its two operations, its words, its refusals."""
