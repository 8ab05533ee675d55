-- What people sent who found a page slow: the page's timings, the trace and the device, and nobody's name.
CREATE TABLE slow_reports (
    id      bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT slow_reports_pkey PRIMARY KEY,
    at      timestamptz NOT NULL,
    path    text NOT NULL CONSTRAINT slow_reports_path_length CHECK (char_length(path) BETWEEN 1 AND 200),
    device  text NOT NULL CONSTRAINT slow_reports_device_known CHECK (device IN ('phone', 'tablet', 'desktop')),
    about   text NOT NULL CONSTRAINT slow_reports_about_length CHECK (char_length(about) <= 200),
    trace   text CONSTRAINT slow_reports_trace_form CHECK (trace ~ '^[0-9a-f]{32}$'),
    timings jsonb NOT NULL
);
CREATE INDEX slow_reports_at ON slow_reports (at);
