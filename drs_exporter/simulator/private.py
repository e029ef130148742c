"""Texts the real answers carry and nobody may ever see again: recognisable, so that a test can look for them."""

from typing import Final

DB_PASSWORD: Final = "sim-db-password-7f3a9c"  # noqa: S105 - of a database that does not exist
SSL_KEY: Final = "c2ltLXNzbC1rZXktNTFkMGI4"
SSL_PASSWORD: Final = "sim-ssl-password-a81c02"  # noqa: S105 - as above
USER_PASSWORD: Final = "sim-user-password-e45d17"  # noqa: S105 - as above
JDBC_PASSWORD: Final = "sim-jdbc-password-90be6f"  # noqa: S105 - as above
DB_USER: Final = "sim_db_owner"
PERSON: Final = "sim.person@example.com"

PRIVATE: Final = (DB_PASSWORD, SSL_KEY, SSL_PASSWORD, USER_PASSWORD, JDBC_PASSWORD, DB_USER, PERSON)


def message(what: str) -> str:
    """An error message as the service writes them: with the connection it was about."""
    return (
        f"service LOGMANAGER failed, cause by: {what}: url=jdbc:mysql://10.154.217.239:3306?useUnicode=true"
        f"&connectTimeout=5000&useSSL=false user={DB_USER} password={JDBC_PASSWORD}"
    )
