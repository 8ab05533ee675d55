INSERT INTO dead_letters (id, digest, body, bytes, reason, detail, first_at, last_at)
VALUES ('00000000-0000-7000-8000-000000000101', sha256('{'), '{', 1, 'malformed', 'body must be a JSON object', now(), now());
INSERT INTO dead_letters (id, digest, body, bytes, reason, detail, first_at, last_at, settled_at, outcome)
VALUES ('00000000-0000-7000-8000-000000000102', sha256('[]'), '[]', 2, 'malformed', '', now(), now(), now(), 'dismissed');
INSERT INTO intake_tally (minute, door, outcome, count) VALUES (date_trunc('minute', now()), 'amqp', 'accepted', 3);
INSERT INTO broker_lines (server, line, standing, since, told_at)
VALUES ('00000000-0000-7000-8000-000000000103', 'intake', 'working', now(), now());
