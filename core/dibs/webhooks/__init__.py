"""What platforms send by themselves: stored as it comes, answered at once, worked on afterwards."""

from dibs.webhooks.inbox import WebhookInbox
from dibs.webhooks.worker import WebhookWorker

__all__ = ["WebhookInbox", "WebhookWorker"]
