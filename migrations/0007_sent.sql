-- What was sent is forgotten after a while (docs/adr/0010): found by when it was sent.
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
