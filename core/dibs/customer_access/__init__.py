"""How customers come in: links and codes that staff send, and the sign-ins that they become.

A customer is no member: another table, another cookie, another kind of token. See decision 0016.
"""

from dibs.customer_access.model import AccessGiven, AccessState, CustomerPrincipal
from dibs.customer_access.service import CustomerAccess

__all__ = ["AccessGiven", "AccessState", "CustomerAccess", "CustomerPrincipal"]
