"""Units of systemd, as far as it takes to read ours."""

import re

SECTIONS: dict[str, set[str]] = {
    "Unit": {"Description", "Documentation", "Wants", "Requires", "After"},
    "Install": {"WantedBy"},
    "Socket": {"ListenStream", "NoDelay"},
    "Timer": {"OnBootSec", "OnUnitActiveSec", "AccuracySec"},
    "Service": {
        "AmbientCapabilities", "CapabilityBoundingSet", "DynamicUser", "Environment", "EnvironmentFile", "ExecReload",
        "ExecStart", "LoadCredential", "LockPersonality", "MemoryDenyWriteExecute", "MemoryMax", "NoNewPrivileges",
        "PrivateDevices", "PrivateTmp", "PrivateUsers", "ProtectClock", "ProtectControlGroups", "ProtectHome",
        "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectProc",
        "ProtectSystem", "ReadWritePaths", "RemoveIPC", "Restart", "RestartPreventExitStatus", "RestartSec",
        "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "SuccessExitStatus",
        "SystemCallArchitectures", "SystemCallErrorNumber", "SystemCallFilter", "TimeoutStartSec", "TimeoutStopSec",
        "Type", "UMask", "User", "WatchdogSec",
    },
}  # fmt: skip
"""Directives that systemd 251 knows, as far as they are used here: it only warns of others, and hardens nothing."""

Unit = dict[str, dict[str, list[str]]]


def parse(text: str) -> Unit:
    """Sections, and in each every value of a directive."""
    unit: Unit = {}
    section: dict[str, list[str]] = {}
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = unit.setdefault(heading[1], {})
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            section.setdefault(name, []).append(value)
    return unit
