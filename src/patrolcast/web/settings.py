"""How Django is set up: closed by default, and open only where the console's own options say so."""

import os
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from patrolcast.domain.errors import ConfigError
from patrolcast.web.state import DATABASE_VARIABLE, Directory, Options, database_of

HERE = Path(__file__).parent
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
NONE, SELF = "'none'", "'self'"


def django_settings(
    folder: Path, options: Options, *, key: str, city: object, later_seconds: float = 0.0
) -> dict[str, Any]:
    """Everything that Django needs to know at the start.

    Parameters
    ----------
    folder : where the console keeps its own; options : its `console.toml`.
    key : signs sessions.
    city : what the pages are about, a `ConsoleCity`.
    later_seconds : how much later it is outside than the console takes it to be; not 0 in a demonstration alone.

    Raises ConfigError: the database, or the secret of the directory, that the environment must name.
    """
    public = options.address is not None
    hosts = [str(urlsplit(options.address).hostname)] if options.address else LOOPBACK
    return {
        "PATROLCAST": {"city": city, "options": options, "later_seconds": later_seconds},
        "SECRET_KEY": key,
        "DEBUG": False,
        "ALLOWED_HOSTS": hosts,
        "ROOT_URLCONF": "patrolcast.web.urls",
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "whitenoise.runserver_nostatic",
            "django.contrib.staticfiles",
            "csp",
            "allauth",
            "allauth.account",
            "allauth.mfa",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.openid_connect",
            "patrolcast.web.accounts",
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "csp.middleware.CSPMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "patrolcast.web.middleware.RefusalMiddleware",
            "patrolcast.web.middleware.SessionEndMiddleware",
            "patrolcast.web.middleware.SecondFactorMiddleware",
            "patrolcast.web.middleware.PageLimitMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "patrolcast.web.pages.frame.frame",
                    ]
                },
            }
        ],
        "DATABASES": {"default": database_of(folder, os.environ.get(DATABASE_VARIABLE))},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        # In the database, so that a lockout survives a restart and holds for every process.
        "CACHES": {
            "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "console_cache"},
            "this process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        },
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LANGUAGE_CODE": "en-us",
        "USE_I18N": False,
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [HERE / "static", ("report", str(files("patrolcast.report") / "assets"))],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_MAX_AGE": 300,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "CSRF_FAILURE_VIEW": "patrolcast.web.pages.refusals.csrf_refused",
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler", "level": "ERROR"}},
            "loggers": {
                name: {"handlers": ["stderr"], "level": "ERROR", "propagate": False} for name in ("django", "waitress")
            },
        },
        **_accounts(options, public=public),
        **_signing_in_elsewhere(options.directory),
        **_transport(options, public=public),
    }


def _accounts(options: Options, *, public: bool) -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "accounts.Account",
        "AUTHENTICATION_BACKENDS": [
            "django.contrib.auth.backends.ModelBackend",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": parameters}
            for name, parameters in (
                ("MinimumLengthValidator", {"min_length": 12}),
                ("CommonPasswordValidator", {}),
                ("UserAttributeSimilarityValidator", {"user_attributes": ("username",)}),
            )
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "ACCOUNT_ADAPTER": "patrolcast.web.accounts.adapters.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_RATE_LIMITS": {
            "login": "60/m/ip",
            "login_failed": f"60/m/ip,{options.failures}/{options.lockout_minutes}m/key",
        },
        # Only a proxy of the department's own stands before a public console.
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1 if public else 0,
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
        "MFA_TOTP_ISSUER": "patrolcast",
        "SESSION_COOKIE_AGE": options.idle_minutes * 60,
        "SESSION_SAVE_EVERY_REQUEST": True,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def _signing_in_elsewhere(directory: Directory | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "SOCIALACCOUNT_ADAPTER": "patrolcast.web.accounts.adapters.DirectoryAdapter",
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX": "",
        "SOCIALACCOUNT_PROVIDERS": {},
    }
    if directory is None:
        return settings
    secret = os.environ.get(directory.client_secret_env)
    if not secret:
        raise ConfigError(
            "console.toml directory.client_secret_env",
            got=f"no {directory.client_secret_env} in the environment",
            rule="must hold the secret that the directory gave out",
        )
    app = {
        "provider_id": "directory",
        "name": directory.name,
        "client_id": directory.client_id,
        "secret": secret,
        "settings": {"server_url": directory.server, "oauth_pkce_enabled": True},
    }
    return {**settings, "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app]}}}


def _transport(options: Options, *, public: bool) -> dict[str, Any]:
    """What browsers may do; over the wire https alone, except on the machine itself."""
    form_action = [SELF]
    if options.directory is not None:  # the form that leads to the directory is redirected there
        parts = urlsplit(options.directory.server)
        form_action.append(f"{parts.scheme}://{parts.netloc}")
    return {
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": [NONE],
                "script-src": [SELF],
                "style-src": [SELF],
                "img-src": [SELF, "data:"],  # the code that an authenticator app scans is an image in the page
                "connect-src": [SELF],
                "form-action": form_action,
                "base-uri": [NONE],
                "frame-ancestors": [NONE],
            }
        },
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SESSION_COOKIE_SECURE": public,
        "CSRF_COOKIE_SECURE": public,
        "SECURE_SSL_REDIRECT": public,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if public else None,
        "SECURE_HSTS_SECONDS": 31_536_000 if public else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": public,
        "SECURE_HSTS_PRELOAD": public,
        "CSRF_TRUSTED_ORIGINS": [options.address] if options.address else [],
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if public else "http",
    }
