"""Guards of accounts: passwords, the login throttle, sessions."""

from tests.mutation.guard import NEVER, REMOVED, Guard, instead, part

SIGN_IN_GUARDS = (
    Guard("sign-ins-take-turns", instead("return self._free_slots > 0"), "tests/accounts/test_fair_queue.py"),
    Guard("prefix-48-is-counted", instead("return None"), "tests/accounts/test_login_throttle.py"),
    Guard("own-faults-are-no-wrong-tries", REMOVED, "tests/accounts/test_login_throttle.py"),
    Guard("sign-in-has-its-cost", part(" + password"), "tests/http/test_rate_limits.py"),
    Guard(
        "unknown-account-costs-argon2",
        part(
            "_verify, password, password_hash or _dummy_hash()",
            "lambda: password_hash is not None and _verify(password, password_hash)",
        ),
        "tests/accounts/test_absent_and_forbidden.py",
    ),
    Guard("six-tries", instead("PER_PAIR = 600"), "tests/accounts/test_login_throttle.py"),
    Guard("limit-of-an-address", REMOVED, "tests/accounts/test_login_throttle.py"),
    Guard("wait-after-wrong-tries", instead("if wait := None:"), "tests/accounts/test_login_throttle.py"),
    Guard("session-idles-15-minutes", instead("IDLE_TIMEOUT = timedelta(days=15)"), "tests/accounts/test_sessions.py"),
    Guard(
        "session-ends-after-4-hours", instead("MAX_LIFETIME = timedelta(days=4)"), "tests/accounts/test_signing_in.py"
    ),
    Guard("secrets-are-digested", instead("return secret[:64]"), "tests/accounts/test_sessions.py"),
    Guard("signing-in-ends-the-earlier-session", NEVER, "tests/accounts"),
    Guard("twenty-sessions", REMOVED, "tests/accounts/test_sessions.py"),
    Guard("sessions-end-by-their-owner", part("id__in=ids", "id__in=[]"), "tests/accounts/test_sessions.py"),
    Guard("no-demo-people-in-production", NEVER, "tests/test_app.py"),
    Guard("common-passwords", NEVER, "tests/accounts/test_password_rules.py"),
    Guard("change-ends-sessions", instead("ended = 2"), "tests/accounts/test_administration.py"),
    Guard(
        "sign-in-under-way",
        part(" or password_hash != account.password_hash"),
        "tests/accounts/test_administration.py",
    ),
    Guard("disabled-account", part("is_disabled or "), "tests/accounts/test_administration.py"),
    Guard("staff-sign-ins-are-logged", REMOVED, "tests/accounts/test_events.py"),
    Guard("clock-set-back", instead("return False"), "tests/durability/test_clocks.py"),
    Guard("restored-copy-has-no-sessions", REMOVED, "tests/durability/test_backups.py"),
    Guard("one-deadline", part(" - passed"), "tests/accounts/test_sign_in_deadline.py"),
)
