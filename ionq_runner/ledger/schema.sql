-- The ledger of one run. What cannot happen cannot be written: see the constraints.

create table run (
    key text primary key,
    value text not null
) strict;

create table jobs (
    number integer primary key check (number >= 1),
    id text not null,                 -- digest of its executions
    executions integer not null check (executions >= 1),
    repetitions integer not null check (repetitions >= executions),
    state text not null default 'planned' check (state in ('planned', 'started', 'done', 'failed')),
    answer text,                      -- file below the run folder
    sha256 text,
    error text,
    check ((state = 'done') = (answer is not null and sha256 is not null)),
    check ((state = 'failed') = (error is not null))
) strict;

create index jobs_by_state on jobs (state, number);

create table events (
    id integer primary key,
    job integer not null references jobs (number),
    before text not null,
    after text not null,
    fact text not null,               -- JSON
    at text not null                  -- ISO 8601, UTC
) strict;
