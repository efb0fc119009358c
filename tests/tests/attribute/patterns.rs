//! Arguments: patterns, attributes on them, and `clone`.

use super::shapes::third;
use retry_core::retry;

struct Point {
    x: u32,
    y: String,
}

#[retry(fixed_ms = 1)]
async fn destructured(
    (a, b): (u32, String),
    Point { x, ref y }: Point,
    [first, .., last]: [u8; 4],
    &borrowed: &u32,
    _: NotUsed,
    whole @ (_, _): (u32, u32),
    calls: &mut u32,
) -> Result<u32, String> {
    third(calls)?;
    let text = u32::try_from(b.len() + y.len()).unwrap_or(0);
    Ok(a + text + x + u32::from(first + last) + borrowed + whole.0)
}

struct NotUsed;

#[retry(fixed_ms = 1)]
async fn conditional(
    #[cfg(any())] missing: Missing,
    #[allow(unused)] unused: u32,
    calls: &mut u32,
) -> Result<u32, String> {
    third(calls)
}

#[retry(fixed_ms = 1, clone(n))]
async fn fresh(mut n: u32, calls: &mut u32) -> Result<u32, String> {
    n += 1;
    third(calls)?;
    Ok(n)
}

#[retry(fixed_ms = 1, clone(n, body))]
fn fresh_blocking((mut n, body): (u32, String), calls: &mut u32) -> Result<(u32, String), String> {
    n += 1;
    third(calls)?;
    Ok((n, body))
}

#[retry(fixed_ms = 1, clone(body))]
async fn consumed_several_times(body: String, calls: &mut u32) -> Result<usize, String> {
    fn consume(text: String) -> usize {
        text.into_bytes().len()
    }
    third(calls)?;
    Ok(if *calls == 3 {
        consume(body)
    } else {
        consume(body) + 1
    })
}

/// <https://github.com/tokio-rs/tracing/issues/2717>: an argument that comes to point into the body.
#[retry(fixed_ms = 1, clone(text))]
async fn points_into_the_body(mut text: &str, calls: &mut u32) -> Result<usize, String> {
    let local = format!("{text}!");
    text = &local;
    third(calls).map(|_| text.len())
}

#[retry(fixed_ms = 1)]
async fn through_a_reference(n: &mut u32, calls: &mut u32) -> Result<u32, String> {
    *n += 1;
    third(calls)?;
    Ok(*n)
}

/// `ref mut` borrows from the argument, as `&mut` does.
#[expect(clippy::toplevel_ref_arg, reason = "it is a way to write one")]
#[retry(fixed_ms = 1)]
async fn by_mutable_reference(
    ref mut n: u32,
    (_, ref mut pushed): (u32, Vec<u32>),
    calls: &mut u32,
) -> Result<(u32, usize), String> {
    *n += 1;
    pushed.push(*n);
    third(calls)?;
    Ok((*n, pushed.len()))
}

#[retry(fixed_ms = 1)]
async fn closure_by_reference(
    op: &mut impl FnMut() -> u32,
    calls: &mut u32,
) -> Result<u32, String> {
    let made = op();
    third(calls).map(|_| made)
}

#[retry(fixed_ms = 1, clone(op))]
async fn closure_with_a_clone(
    mut op: impl FnMut() -> u32 + Clone,
    calls: &mut u32,
) -> Result<u32, String> {
    let made = op();
    third(calls).map(|_| made)
}

#[tokio::test(start_paused = true)]
async fn a_closure_is_shared_by_reference_and_fresh_by_clone() {
    let mut made = 0;
    let mut op = || {
        made += 1;
        made
    };
    assert_eq!(closure_by_reference(&mut op, &mut 0).await, Ok(3));
    let mut made = 0;
    let op = move || {
        made += 1;
        made
    };
    assert_eq!(closure_with_a_clone(op, &mut 0).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn every_pattern_reaches_every_attempt() {
    let point = Point {
        x: 1,
        y: "yy".into(),
    };
    let sum = destructured(
        (1, "b".into()),
        point,
        [1, 0, 0, 1],
        &1,
        NotUsed,
        (1, 1),
        &mut 0,
    )
    .await;
    assert_eq!(sum, Ok(9));
    assert_eq!(conditional(1, &mut 0).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_cloned_argument_is_fresh_in_each_attempt() {
    assert_eq!(fresh(0, &mut 0).await, Ok(1));
    assert_eq!(fresh_blocking((0, "x".into()), &mut 0), Ok((1, "x".into())));
    assert_eq!(consumed_several_times("abc".into(), &mut 0).await, Ok(3));
    assert_eq!(points_into_the_body("abc", &mut 0).await, Ok(4));
}

#[tokio::test(start_paused = true)]
async fn what_is_done_through_a_reference_is_shared_by_all_attempts() {
    assert_eq!(through_a_reference(&mut 0, &mut 0).await, Ok(3));
    let shared = by_mutable_reference(0, (0, Vec::new()), &mut 0).await;
    assert_eq!(shared, Ok((3, 3)));
}
