"""People, workspaces, members, sign-ins."""
