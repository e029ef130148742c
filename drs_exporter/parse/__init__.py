"""From their words to ours: total functions; whatever `wire` accepts, they accept."""
