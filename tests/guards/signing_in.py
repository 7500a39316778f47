"""Guards of accounts: passwords, tries, sessions."""

from tests.guards.guard import Guard

OF_SIGNING_IN = (
    Guard(
        "sign-ins of one account wait for each other", "api/accounts/fair_queue.py",
        "self._free > 0 and self._taken.isdisjoint(keys)", "self._free > 0", "tests/accounts/test_turns.py",
    ),
    Guard(
        "a /48 is counted", "api/accounts/login_throttle.py",
        "    return str(network.supernet(new_prefix=WIDE)) if network.prefixlen > WIDE else None", "    return None",
        "tests/accounts/test_guessing.py",
    ),
    Guard(
        "what fails through our fault is no wrong try", "api/accounts/service.py",
        "    except Exception:\n        begun(guess.take_back())\n        raise\n    events",
        "    except Exception:\n        raise\n    events", "tests/accounts/test_guessing.py",
    ),
    Guard(
        "a sign-in is paid for", "api/http/graphql/documents.py", "cost + apart", "cost", "tests/http/test_rates.py",
    ),
    Guard(
        "an unknown account costs a run of argon2", "api/accounts/passwords.py",
        "_verified, password, password_hash or _nobodys_hash()",
        "lambda: password_hash is not None and _verified(password, password_hash)",
        "tests/accounts/test_absent_and_forbidden.py",
    ),
    Guard("six tries", "api/accounts/login_throttle.py", "PER_PAIR = 6", "PER_PAIR = 600", "tests/accounts/test_guessing.py"),  # noqa: E501
    Guard(
        "an address has its own limit", "api/accounts/login_throttle.py",
        'found[_digest("address", self.address)] = address, address', "", "tests/accounts/test_guessing.py",
    ),
    Guard(
        "a count is behind the wait", "api/accounts/login_throttle.py",
        "        if wait := self._wait(rows, now, own=1):", "        if wait := None:",
        "tests/accounts/test_guessing.py",
    ),
    Guard(
        "a session idles for a quarter of an hour", "api/accounts/sessions.py",
        "IDLE = timedelta(minutes=15)", "IDLE = timedelta(days=15)", "tests/accounts/test_sessions.py",
    ),
    Guard(
        "a session ends after four hours", "api/accounts/sessions.py",
        "LONGEST = timedelta(hours=4)", "LONGEST = timedelta(days=4)", "tests/accounts/test_signing_in.py",
    ),
    Guard(
        "the secret is not stored", "api/accounts/sessions.py",
        'return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()', "return secret[:64]",
        "tests/accounts/test_sessions.py",
    ),
    Guard(
        "signing in ends the session before", "api/accounts/service.py",
        "    if leaving:\n", "    if False:\n", "tests/accounts",
    ),
    Guard(
        "an account has twenty sessions", "api/accounts/sessions.py",
        "    yield Statement(MAKING_ROOM, [account.id, kind.value])\n", "", "tests/accounts/test_sessions.py",
    ),
    Guard(
        "sessions are ended by their owner", "api/accounts/service.py",
        "where(id__in=named, account_id=asker.account_id)", "where(id__in=[])",
        "tests/accounts/test_sessions.py",
    ),
    Guard(
        "no demo people in production", "api/accounts/service.py",
        "if await Account.filter(demo=True).exists():", "if False:", "tests/test_app.py",
    ),
    Guard(
        "common passwords are refused", "api/accounts/password_rules.py",
        "    if folded in _common():", "    if False:", "tests/accounts/test_password_rules.py",
    ),
    Guard(
        "a change ends sessions", "api/cli/accounts/administration.py",
        "ended = yield from sessions.all_ended(account.id)", "ended = 2", "tests/accounts/test_administration.py",
    ),
    Guard(
        "a sign-in under way does not outlive a change", "api/accounts/sessions.py",
        "    if is_disabled or password_hash != account.password_hash:", "    if is_disabled:",
        "tests/accounts/test_administration.py",
    ),
    Guard(
        "nobody signs in with a disabled account", "api/accounts/sessions.py",
        "    if is_disabled or password_hash", "    if password_hash", "tests/accounts/test_administration.py",
    ),
    Guard(
        "sign-ins of staff are in the chain", "api/accounts/service.py",
        "            yield from append(entries)\n", "            pass\n",
        "tests/accounts/test_events.py",
    ),
    Guard(
        "a clock that is set back revives no session", "api/accounts/clock_rollback.py",
        "    return mark.latest - now > TOLERANCE", "    return False", "tests/lossless/test_clocks.py",
    ),
    Guard(
        "a restored copy has no sessions", "api/db/backup.py",
        '                writing.execute("DELETE FROM session")', "                pass",
        "tests/lossless/test_backups.py",
    ),
)  # fmt: skip
