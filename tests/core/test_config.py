"""What a person at the terminal can set, and what they are told when it is wrong."""

import re
from pathlib import Path

import pytest

from app.core.config import CHECKOUT, SANDBOX_APP, ConfigError, load_settings


def keys() -> dict[str, str]:
    """Keys as an operator would set them."""
    key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    return {
        "HALL_SECRET_KEY": "s" * 48,
        "HALL_DATA_KEYS": f"k2:{key},k1:{key}",
        "HALL_INDEX_KEY": key,
        "HALL_JOB_KEY": key,
    }


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load_settings({"HALL_VAR": str(tmp_path)})
    assert settings.base_url == "http://localhost:8000"
    assert (settings.database_url, settings.redis_url, settings.demo) == ("", "", False)
    assert settings.sms_url == "http://127.0.0.1:8001/sms"


def test_a_relative_var_lies_in_the_checkout_wherever_one_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(keys() | {"HALL_VAR": "elsewhere"}).var == CHECKOUT / "elsewhere"


def test_the_base_domain_follows_the_port(tmp_path: Path) -> None:
    settings = load_settings({"HALL_VAR": str(tmp_path), "HALL_PORT": "9000"})
    assert (settings.base_domain, settings.sandbox_port) == ("localhost:9000", 9001)


def test_the_sandboxs_wechat_is_for_this_machine_alone(tmp_path: Path) -> None:
    settings = load_settings({"HALL_VAR": str(tmp_path)})
    assert settings.wechat_api_url == f"http://{SANDBOX_APP}@127.0.0.1:8001/wechat"
    served = load_settings({"HALL_VAR": str(tmp_path), "HALL_SCHEME": "https"})
    assert (served.wechat_open_url, served.wechat_api_url, served.wechat_pay_url) == ("", "", "")
    with pytest.raises(ConfigError, match="HALL_WECHAT_PAY_URL must be an address with a name in it"):
        load_settings({"HALL_VAR": str(tmp_path), "HALL_WECHAT_PAY_URL": "https://api.example.cn"})


def test_child_processes_get_equal_settings(tmp_path: Path) -> None:
    settings = load_settings({"HALL_VAR": str(tmp_path), "HALL_DEMO": "yes", "HALL_WEB_THREADS": "3"})
    running = settings.with_servers(
        database_url="postgresql+psycopg://hall_app@/hall?host=%2Frun", database_owner_url="", redis_url="unix:///run/v"
    )
    assert load_settings(running.as_environ()) == running


def test_the_last_port_has_a_neighbour_too(tmp_path: Path) -> None:
    assert load_settings({"HALL_VAR": str(tmp_path), "HALL_PORT": "65535"}).sandbox_port == 65534


def test_an_unusable_directory_does_not_hide_other_mistakes(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    wrong = {"HALL_VAR": str(tmp_path / "file" / "var"), "HALL_PORT": "http", "HALL_WEB_THREADS": "0"}
    with pytest.raises(ConfigError) as caught:
        load_settings(wrong)
    assert [sentence.split("=")[0].split()[0] for sentence in caught.value.mistakes] == [
        "HALL_VAR", "HALL_PORT", "HALL_WEB_THREADS",
    ]  # fmt: skip


def test_a_directory_of_an_unknown_user_is_one_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"HALL_VAR": "~nobody-of-that-name/var"})
    (sentence,) = caught.value.mistakes
    assert sentence.startswith("HALL_VAR must be a directory")


def test_two_servers_on_one_port_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="HALL_SANDBOX_PORT must differ from HALL_PORT; both are 8000"):
        load_settings({"HALL_VAR": str(tmp_path), "HALL_SANDBOX_PORT": "8000"})


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"HALL_VAR": str(tmp_path), "HALL_PORT": "http", "HALL_SCHEME": "ftp", "HALL_PROT": "8000"})
    assert caught.value.mistakes == (
        "HALL_PROT is not a setting: did you mean HALL_PORT?",
        "HALL_PORT must be a whole number from 1 to 65535, not 'http'.",
        "HALL_SCHEME must be http or https, not 'ftp'.",
    )
    assert str(caught.value).startswith("3 settings are wrong:\n  HALL_PROT")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HALL_PORT", "0"),
        ("HALL_PORT", "65536"),
        ("HALL_PORT", "٨٠"),
        ("HALL_BASE_DOMAIN", "127.0.0.1:8000"),
        ("HALL_BASE_DOMAIN", "http://hall.example"),
        ("HALL_BASE_DOMAIN", "hall_example"),
        ("HALL_BASE_DOMAIN", "hall.example:99999"),
        ("HALL_BASE_DOMAIN", ".".join(["abc"] * 60)),
        ("HALL_DEMO", "maybe"),
        ("HALL_TRUSTED_PROXIES", "-1"),
        ("HALL_REDIS_URL", "memcached://somewhere"),
        ("HALL_REDIS_URL", "redis:///0"),
        ("HALL_REDIS_URL", "redis://somewhere:port"),
        ("HALL_DATABASE_URL", "mysql://somewhere/hall"),
        ("HALL_DATABASE_URL", "postgresql://somewhere"),
        ("HALL_DATABASE_OWNER_URL", "postgresql://somewhere/hall"),
        ("HALL_SMS_URL", "ftp://somewhere"),
        ("HALL_EMAIL_URL", "http://somewhere:port"),
        ("HALL_SECRET_KEY", "too short"),
        ("HALL_DATA_KEYS", "k1:c2hvcnQ="),
        ("HALL_DATA_KEYS", "k1"),
        ("HALL_INDEX_KEY", "not base64"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"HALL_VAR": str(tmp_path)} | keys() | {name: text})
    (sentence,) = caught.value.mistakes
    assert sentence.startswith(f"{name} ")
    assert sentence.endswith(".")


def test_an_external_database_wants_its_keys_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"HALL_VAR": str(tmp_path), "HALL_DATABASE_URL": "postgresql://hall@db.example/hall"})
    assert [sentence.split()[0] for sentence in caught.value.mistakes] == list(keys())
    assert not (tmp_path / "secrets.env").exists()


def test_an_external_database_is_reached_through_psycopg(tmp_path: Path) -> None:
    settings = load_settings(keys() | {"HALL_VAR": str(tmp_path), "HALL_DATABASE_URL": "postgresql://a:p%40ss@db/hall"})
    assert settings.database_url == "postgresql+psycopg://a:p%40ss@db/hall"
    assert [each.id for each in settings.data_keys] == ["k2", "k1"]


def test_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    first = load_settings({"HALL_VAR": str(tmp_path)})
    assert load_settings({"HALL_VAR": str(tmp_path)}) == first
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert len({first.index_key, first.job_key, first.data_keys[0].key}) == 3


def test_new_keys_are_not_made_beside_data_of_lost_ones(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(ConfigError, match="put the file back"):
        load_settings({"HALL_VAR": str(tmp_path)})
    assert not (tmp_path / "secrets.env").exists()


def test_a_damaged_key_file_is_not_repaired_silently(tmp_path: Path) -> None:
    load_settings({"HALL_VAR": str(tmp_path)})
    (tmp_path / "secrets.env").write_text("HALL_SECRET_KEY=" + "s" * 48)
    with pytest.raises(ConfigError, match="lacks HALL_DATA_KEYS, HALL_INDEX_KEY, HALL_JOB_KEY"):
        load_settings({"HALL_VAR": str(tmp_path)})


def test_secrets_appear_neither_in_messages_nor_in_logs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(
            {"HALL_VAR": str(tmp_path), "HALL_DATABASE_URL": "pg://a:geheim@db/x", "HALL_SECRET_KEY": "geheim"}
        )
    assert "geheim" not in str(caught.value)
    settings = load_settings(keys() | {"HALL_VAR": str(tmp_path), "HALL_DATABASE_URL": "postgresql://a:geheim@db/x"})
    assert "geheim" not in repr(settings)
    assert "ssss" not in repr(settings)
    assert "0123456789abcdef" not in repr(settings)


def test_the_example_documents_every_setting(tmp_path: Path) -> None:
    documented = re.findall(r"^#(HALL_[A-Z_]+)=", (CHECKOUT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(load_settings({"HALL_VAR": str(tmp_path)}).as_environ())
