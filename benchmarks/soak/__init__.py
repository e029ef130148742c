"""`make soak`: a daemon in a process of its own, a thousand polls, random faults, scrapers that never pause."""
