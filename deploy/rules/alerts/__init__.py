"""Every alert, one literal each, in files by subject."""
