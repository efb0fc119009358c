//! The async loop: attempts, asks the [`Call`](crate::call::call::Call) what follows, and waits.

/// The future of a call of `$retry`; `$attempt` is the future of one attempt, and `$judged` the outcome
/// and the verdict that its end comes to.
///
/// A macro, because a loop over a type parameter that makes the attempts gives a future that the compiler does not see is
/// `Send` where its outcome borrows (<https://github.com/rust-lang/rust/issues/110338>).
macro_rules! drive {
    (
        $retry:expr, $watch:expr, $leave:expr, $finish:expr,
        |$call:ident, $policy:ident, $judge:ident, $signal:ident, $around:ident, $told:ident| $attempt:expr,
        |$ended:ident| $judged:expr
    ) => {{
        let Retry {
            policy: $policy,
            classifier: $judge,
            mut notify,
            behaviour,
            timer,
            signal: mut $signal,
        } = $retry;
        let mut $call = Call::new(behaviour, $watch(timer));
        async move {
            let mut held = S::nothing();
            let mut interrupted = false;
            // Blocks end before each wait, because a future stores whatever is in scope while it waits.
            loop {
                if B::Cooling::COOLS && !interrupted {
                    $call.open(&$call.terms($policy.borrow()));
                    loop {
                        let (wait, refusal) = match $call.holding(&$call.terms($policy.borrow())) {
                            Ok(None) => break,
                            Ok(Some(held)) => held,
                            Err(refusal) => {
                                if let Some(outcome) = S::release(held) {
                                    notify.discard(outcome, $call.delay());
                                }
                                let reason = refusal.into().stop_reason();
                                return ($finish)(&$call, O::refused(refusal), reason);
                            }
                        };
                        let waited;
                        (waited, $signal) = Interruptible::new($signal, $call.held_for(wait)).await;
                        if waited.is_none() {
                            let reason = $call.interrupted(&$call.terms($policy.borrow()));
                            let outcome = S::release(held).unwrap_or_else(|| O::refused($call.kept(refusal)));
                            return ($finish)(&$call, outcome, reason);
                        }
                        $call.watch.waited(wait);
                    }
                }
                let attempt = {
                    let terms = $call.terms($policy.borrow());
                    match S::release(held) {
                        Some(outcome) if interrupted => {
                            let reason = $call.interrupted(&terms);
                            return ($finish)(&$call, outcome, reason);
                        }
                        Some(outcome) => drop(notify.discard(outcome, $call.delay())),
                        None => {}
                    }
                    if let Err(refusal) = $call.begin(&terms) {
                        let reason = refusal.into().stop_reason();
                        return ($finish)(&$call, O::refused(refusal), reason);
                    }
                    let $told = A::of(&mut $call, &terms);
                    let $around = $call.around(&terms);
                    $attempt
                };
                let left = {
                    let $ended = attempt.await;
                    let (outcome, verdict) = $judged;
                    let terms = $call.terms($policy.borrow());
                    if $judge.progressed(&outcome) {
                        $call.progressed();
                    }
                    match $call.decide(&terms, verdict, || $signal.has_fired()) {
                        ControlFlow::Break(reason) => return ($finish)(&$call, outcome, reason),
                        ControlFlow::Continue(scheduled) => {
                            if N::LISTENS {
                                notify.retrying(&$call.event(&terms, &scheduled, &outcome));
                            }
                            let free;
                            (held, free) = S::hold(outcome);
                            $leave(free.and_then(|free| notify.discard(free, $call.delay())))
                        }
                    }
                };
                // Two awaits, because one future for both would be larger.
                let waited;
                (waited, $signal) = if $call.delay().is_zero() {
                    let wait = Beside::new(left, Yield::default());
                    Interruptible::new($signal, wait).await
                } else {
                    let wait = Beside::new(left, $call.sleep());
                    Interruptible::new($signal, wait).await
                };
                interrupted = waited.is_none();
            }
        }
    }};
}
pub(super) use drive;
