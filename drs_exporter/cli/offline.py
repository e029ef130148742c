"""What can be said of a configuration without asking any cloud."""

from drs_exporter.settings import Settings
from drs_exporter.web.config.live import LiveConfig


def look(settings: Settings) -> str:
    """Read what has not been read yet, and say what is configured; SettingsError for a wrong web configuration."""
    if settings.web_config_file is not None:
        LiveConfig(settings.web_config_file, spelled=settings.web_config_spelled)
    lines = [f"  {project.name}: {project.endpoint}, signs in by {project.auth}" for project in settings.projects]
    lines += [
        f"  {search.wanted}: looked up at {search.iam_endpoint}, signs in by {search.auth}"
        for search in settings.searches
    ]
    return "\n".join(["the configuration can be used", *lines])
