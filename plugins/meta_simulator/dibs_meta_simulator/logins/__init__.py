"""The two logins: dialogs with a consent page, codes, and tokens for them."""
