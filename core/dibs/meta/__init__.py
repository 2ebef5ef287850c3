"""What adapters of Meta's platforms share: calls of the Graph API, signatures, sign-in, errors and pace.

Public like `dibs` itself.
"""

from dibs.meta.client import Caller, Graph
from dibs.meta.errors import GraphFault, Limit, Never, Retry, clean_words, error_for, read_fault, verdict_on
from dibs.meta.hosts import MetaApp, MetaHosts, check_version
from dibs.meta.login import FacebookLogin, FoundPage, SignIn, missing_of, patiently, read_token
from dibs.meta.pace import Pace, backoff, jittered
from dibs.meta.paging import next_cursor
from dibs.meta.reading import as_id, as_instant, as_list, as_mapping, as_number, as_text, node_path, parse_json
from dibs.meta.signatures import (
    SIGNATURE_HEADER,
    answer_handshake,
    appsecret_proof,
    body_is_signed,
    read_signed_request,
)
from dibs.meta.tokens import TokenFacts, read_token_facts
from dibs.meta.webhooks import Change, changes, tells_of_now

__all__ = [
    "SIGNATURE_HEADER",
    "Caller",
    "Change",
    "FacebookLogin",
    "FoundPage",
    "Graph",
    "GraphFault",
    "Limit",
    "MetaApp",
    "MetaHosts",
    "Never",
    "Pace",
    "Retry",
    "SignIn",
    "TokenFacts",
    "answer_handshake",
    "appsecret_proof",
    "as_id",
    "as_instant",
    "as_list",
    "as_mapping",
    "as_number",
    "as_text",
    "backoff",
    "body_is_signed",
    "changes",
    "check_version",
    "clean_words",
    "error_for",
    "jittered",
    "missing_of",
    "next_cursor",
    "node_path",
    "parse_json",
    "patiently",
    "read_fault",
    "read_signed_request",
    "read_token",
    "read_token_facts",
    "tells_of_now",
    "verdict_on",
]
