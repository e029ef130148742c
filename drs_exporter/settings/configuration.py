"""The settings as they were given: every source merged, every value checked, nothing yet divided into projects."""

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from drs_exporter.settings.messages import wrong
from drs_exporter.settings.model import ProcessKnobs, ProjectEntry, ProjectKnobs, SingleProject
from drs_exporter.settings.sources import Given, sources


class Configuration(ProjectKnobs, SingleProject, ProcessKnobs, BaseSettings):
    """One model for all sources; what is given tells them where to look."""

    # Values are not decoded as JSON: lists are written with commas, and `[::1]:9877` is an address.
    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=False, enable_decoding=False
    )

    projects: tuple[ProjectEntry, ...] | None = None

    def __init__(self, *, given: Given) -> None:
        super().__init__(given=given)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - one that knows `_file` replaces it
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there is no such file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - one that reads late replaces it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Our own sources, strongest first."""
        given = init_settings.init_kwargs["given"] if isinstance(init_settings, InitSettingsSource) else None
        if not isinstance(given, Given):
            raise TypeError("a configuration is made of what is given")
        return sources(settings_cls, given)


def read(given: Given) -> Configuration:
    """The configuration, or SettingsError with one line."""
    try:
        return Configuration(given=given)
    except ValidationError as exc:
        raise wrong(exc, given.spellings) from None
