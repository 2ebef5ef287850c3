"""The Graph API: versions, tokens, fields, edges, errors."""
