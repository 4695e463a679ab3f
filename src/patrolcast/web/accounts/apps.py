"""Django's name for this folder, and the moment at which its signals are joined."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of the console."""

    name = "patrolcast.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Joins what happens at sign-in to the audit trail."""
        from patrolcast.web.accounts import signals

        signals.join()
