"""What more than one of the wrong configurations is told, and what must not be repeated."""

SECRET = "hunter2-hunter2"

CREDENTIALS_MISSING = (
    "DRS_EXPORTER_AUTH: no credentials are given; a project needs username, password and domain_name, "
    "or access_key and secret_key, or a token, or auth to be agency, pod_identity or oidc"
)
NO_FILE = "DRS_EXPORTER_{}: cannot read /dev/zero: not a regular file"
PROJECT_MISSING = "is missing; a project needs project_id and region; several of them are listed as projects in a file"
