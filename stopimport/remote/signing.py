"""How to reach an object store, and what to sign in with: from where the clouds' own tools take it.

What is not found here (web identity, container and instance roles, Google's application default credentials, Azure's
managed and workload identity) obstore looks for by itself.
"""

from __future__ import annotations

import configparser
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stopimport import userfolders
from stopimport.remote.errors import BadCredentials
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.remote.address import Address

Config = dict[str, str | bool]
_KEYS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
}
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "S3_ENDPOINT_URL", "S3_ENDPOINT")
_NEEDS_BOTO = ("role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file")
_AZURE = {
    "account_name": ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"),
    "account_key": ("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_KEY"),
    "sas_key": ("AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY"),
    "endpoint": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
}
_CONNECTION = {
    "accountname": "account_name",
    "accountkey": "account_key",
    "sharedaccesssignature": "sas_key",
    "blobendpoint": "endpoint",
}


def config_of(address: Address, environment: Mapping[str, str] = os.environ) -> tuple[Config, Any]:
    """Return obstore's configuration for a bucket, and a provider of credentials or None.

    Raises:
        BadCredentials: what is set up cannot be used, or something is missing.
    """
    if address.scheme == "s3":
        return _s3(address, environment)
    return (_azure(address, environment) if address.scheme == "az" else _google(environment)), None


def is_plain_http(config: Config) -> bool:
    """Whether somebody asked for ``http://``: only then is nothing encrypted."""
    return any(str(config.get(name, "")).lower().startswith("http://") for name in ("endpoint", "base_url"))


def _s3(address: Address, environment: Mapping[str, str]) -> tuple[Config, Any]:
    profile = _profile(address, environment)
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or profile.get("region")
    endpoint = next((environment[name] for name in _ENDPOINTS if environment.get(name)), profile.get("endpoint_url"))
    config: Config = {name: value for name, value in (("region", region), ("endpoint", endpoint)) if value}
    if environment.get("AWS_ACCESS_KEY_ID"):
        return config, None
    if "aws_access_key_id" in profile:
        return config | {_KEYS[name]: profile[name] for name in _KEYS if name in profile}, None
    if any(name in profile for name in _NEEDS_BOTO):
        return config, _boto(address, environment)
    return config, None


def _profile(address: Address, environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the profile in force says; nothing, where nobody set one up."""
    named = environment.get("AWS_PROFILE")
    name = named or "default"
    home = userfolders.home()
    found: dict[str, str] = {}
    for variable, place, section in (
        ("AWS_CONFIG_FILE", "config", name if name == "default" else f"profile {name}"),
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials", name),
    ):
        path = Path(environment[variable]) if environment.get(variable) else home and home / ".aws" / place
        parser = configparser.RawConfigParser()
        try:
            if path:
                parser.read_string(path.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, configparser.Error):
            raise BadCredentials(str(address), Sentence(N_("the file {file} cannot be read"), file=path)) from None
        found |= dict(parser[section]) if parser.has_section(section) else {}
    if named and not found:
        raise BadCredentials(str(address), Sentence(N_("there is no profile {name} (AWS_PROFILE)"), name=named))
    return found


def _boto(address: Address, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - obstore's own type is not there at run time
    """Return what signs in as boto3 does: by roles, single sign-on and programs."""
    name = environment.get("AWS_PROFILE") or "default"
    if not find_spec("boto3"):
        problem = N_("the profile {name} signs in by a role, a program or single sign-on: pip install boto3")
        raise BadCredentials(str(address), Sentence(problem, name=name))
    import boto3  # noqa: PLC0415 - heavy, and hardly anybody needs it
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - heavy, and hardly anybody needs it
    from obstore.auth.boto3 import Boto3CredentialProvider  # noqa: PLC0415 - heavy, and hardly anybody needs it

    try:
        return Boto3CredentialProvider(boto3.session.Session(profile_name=name))
    except (BotoCoreError, ValueError):
        problem = N_("the profile {name} gives none: aws sts get-caller-identity says more")
        raise BadCredentials(str(address), Sentence(problem, name=name)) from None


def _google(environment: Mapping[str, str]) -> Config:
    """Return nothing, for obstore finds it all, or the emulator that Google's own libraries would use."""
    emulator = environment.get("STORAGE_EMULATOR_HOST", "")
    if not emulator:
        return {}
    return {"base_url": emulator if "://" in emulator else f"http://{emulator}", "skip_signature": True}


def _azure(address: Address, environment: Mapping[str, str]) -> Config:
    config = _connection(environment.get("AZURE_STORAGE_CONNECTION_STRING", ""))
    for key, names in _AZURE.items():
        value = next((environment[name] for name in names if environment.get(name)), None)
        if value:
            config[key] = value
    if "account_name" not in config and not config.get("use_emulator"):
        raise BadCredentials(str(address), Sentence(N_("no storage account is named: set AZURE_STORAGE_ACCOUNT")))
    return config


def _connection(text: str) -> Config:
    """Return what a connection string of Azure's says."""
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    named = {name.strip().lower(): value.strip() for name, value in parts.items()}
    if named.get("usedevelopmentstorage", "").lower() == "true":
        return {"use_emulator": True, "endpoint": "http://127.0.0.1:10000/devstoreaccount1"}
    return {_CONNECTION[name]: value for name, value in named.items() if name in _CONNECTION}
