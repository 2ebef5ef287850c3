"""The auditor: are all promises kept on the data of a show? It reads and never repairs."""

from dibs.audit.audit import audit_show, find_shows
from dibs.audit.rebuild import RebuiltShow, rebuild
from dibs.audit.report import AuditReport, Check

__all__ = ["AuditReport", "Check", "RebuiltShow", "audit_show", "find_shows", "rebuild"]
