-- name: set_value
insert into run (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value;

-- name: get_value
select value from run where key = :key;

-- name: add_job
insert into jobs (number, id, executions, repetitions) values (:number, :id, :executions, :repetitions);

-- name: move_job
update jobs set state = :after, answer = :answer, sha256 = :sha256, error = :error where number = :job and state = :before;

-- name: add_event
insert into events (job, before, after, fact, at) values (:job, :before, :after, :fact, :at);

-- name: jobs_in_state
select number from jobs where state = :state order by number;

-- name: all_jobs
select number, id, executions, repetitions, state, answer, sha256, error from jobs order by number;

-- name: count_states
select state, count(*) from jobs group by state;

-- name: last_event
select after, fact, at from events where job = :job order by id desc limit 1;
