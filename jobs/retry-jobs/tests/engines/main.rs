//! Every promise, on every engine that this machine has.

#[path = "../support/mod.rs"]
mod support;

mod ends;
mod guards;
mod scale;
mod waits;
mod workers;

/// Each case once an engine.
macro_rules! on_every_engine {
    ($($module:ident :: $case:ident),* $(,)?) => {
        on_every_engine!(@ sqlite Sqlite $($module::$case),*);
        on_every_engine!(@ postgres Postgres $($module::$case),*);
        on_every_engine!(@ redis Redis $($module::$case),*);
    };
    (@ $name:ident $kind:ident $($module:ident :: $case:ident),*) => {
        mod $name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let Some(server) = crate::support::Kind::$kind.shared() else { return };
                    crate::$module::$case(&server, stringify!($case)).await;
                }
            )*
        }
    };
}

on_every_engine! {
    waits::the_schedule_is_that_of_one_process,
    waits::a_long_delay_goes_back_into_the_queue,
    waits::a_hint_is_honoured_and_a_longer_one_ends_it,
    waits::a_job_waits_for_its_time_and_its_key_admits_one,
    ends::a_payload_that_does_not_parse_is_a_dead_letter,
    ends::a_panic_is_a_dead_letter,
    ends::a_dead_letter_tells_everything_and_can_be_revived,
    ends::finished_jobs_are_forgotten_in_time,
    guards::an_open_breaker_counts_no_attempt,
    guards::an_empty_budget_counts_no_attempt,
    guards::patience_ends,
    guards::one_hint_holds_all_jobs,
    workers::slow_jobs_of_two_workers_run_once,
    workers::the_end_of_a_worker_is_orderly,
    workers::a_dead_worker_is_found_and_a_deadly_job_buried,
    workers::a_worker_that_lost_its_job_does_not_write,
    scale::jobs_that_wait_hold_no_slot,
    scale::many_due_at_once,
}
