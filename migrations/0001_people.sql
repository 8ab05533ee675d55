-- People, and the sessions they opened.

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    login         text NOT NULL CONSTRAINT users_login_key UNIQUE
                  CONSTRAINT users_login_form CHECK (login ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    name          text NOT NULL CONSTRAINT users_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    role          text NOT NULL CONSTRAINT users_role_known CHECK (role IN ('operator', 'supervisor', 'admin')),
    password_hash text NOT NULL,
    demo          boolean NOT NULL DEFAULT false,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);

-- Only a hash of the secret is kept: a copy of this table opens no session.
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY CONSTRAINT sessions_hash_length CHECK (octet_length(token_hash) = 32),
    user_id    uuid NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- A session that ends anywhere ends on every server at once.
CREATE FUNCTION session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('sessions', encode(OLD.token_hash, 'hex'));
    RETURN NULL;
END $$;
CREATE TRIGGER session_ended AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION session_ended();

-- Disabling a person or changing their role ends all their sessions.
CREATE FUNCTION user_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sessions WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER user_changed AFTER UPDATE OF disabled_at, role, password_hash ON users FOR EACH ROW
    WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at OR OLD.role <> NEW.role OR OLD.password_hash <> NEW.password_hash)
    EXECUTE FUNCTION user_changed();
