//! No token stream makes the attribute panic: random soup, and correct uses with random damage.
//!
//! `FUZZ_CASES=1000000 cargo test -p retry-macros fuzz` runs longer than a developer would wait.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

const ARGS: &[&str] = &[
    "max_attempts = 3, exp_multiplier_ms = 1000, jitter = full, when = |outcome| outcome.is_err(), clone(a, b)",
    r#"policy = self.policy, max_attempts = unlimited, wrap_error, name = "n", crate = ::a::b, attempt = x"#,
    r#"fixed = "1m30s", jitter = -0.5, on_retry = tell::<A, B>, attempt_timeout = Duration::ZERO, seed = 7"#,
];

const ITEMS: &[&str] = &[
    "#[doc = \"d\"] pub async fn f<'a, T: A, const N: usize>(mut self: Box<Self>, (mut a, b): (T, [u8; N])) -> Result<impl A + 'a, E> where T: B { #![allow(x)] a?.await }",
    "unsafe extern \"C\" fn f(&mut self, P { a, ref b, .. }: P, [c, .., d]: [u8; 4]) -> Option<u8> { return None; }",
    "fn f<'async_trait>(&'a self) -> Pin<Box<dyn Future<Output = R> + Send + 'async_trait>> { Box::pin(async move { let __self = self; let mut n = n; let __ret: R = { body }; __ret }) }",
    "fn f() -> impl Future<Output = Result<u8, E>> { let x = 1; async move { x } }",
    "pub(crate) struct S { a: u8 }",
];

const WORDS: &[&str] = &[
    "max_attempts",
    "fixed",
    "fixed_ms",
    "jitter",
    "when",
    "clone",
    "crate",
    "attempt",
    "unlimited",
    "full",
    "ful",
    "self",
    "Self",
    "mut",
    "ref",
    "fn",
    "async",
    "move",
    "const",
    "impl",
    "dyn",
    "where",
    "pub",
    "let",
    "return",
    "Future",
    "Output",
    "Box",
    "Pin",
    "pin",
    "__ret",
    "__self",
    "retry",
    "r#try",
    "_",
];

fn random_token(depth: u32) -> TokenTree {
    match fastrand::u8(0..10) {
        0..4 => {
            let word = WORDS[fastrand::usize(..WORDS.len())];
            match word.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                None => Ident::new(word, Span::call_site()).into(),
            }
        }
        4..7 => {
            let marks: Vec<char> = "=,;:.|&!?#<>-+*/'@$%^~".chars().collect();
            let spacing = if fastrand::bool() {
                Spacing::Joint
            } else {
                Spacing::Alone
            };
            Punct::new(marks[fastrand::usize(..marks.len())], spacing).into()
        }
        7 | 8 if depth > 0 => {
            let delimiters = [
                Delimiter::Brace,
                Delimiter::Bracket,
                Delimiter::Parenthesis,
                Delimiter::None,
            ];
            let delimiter = delimiters[fastrand::usize(..delimiters.len())];
            Group::new(delimiter, soup(depth - 1)).into()
        }
        _ => match fastrand::u8(0..6) {
            0 => Literal::u128_unsuffixed(fastrand::u128(..)),
            1 => Literal::f64_unsuffixed(fastrand::f64() * 1e300),
            2 => Literal::string(
                [
                    "1m30s",
                    "250ms",
                    "",
                    "1.5s",
                    "9999999999999999999999h",
                    "é1 µs",
                ][fastrand::usize(..6)],
            ),
            3 => Literal::character('é'),
            4 => Literal::byte_string(&[0, 255]),
            _ => Literal::i8_suffixed(fastrand::i8(0..)),
        }
        .into(),
    }
}

fn soup(depth: u32) -> TokenStream {
    (0..fastrand::usize(0..12))
        .map(|_| random_token(depth))
        .collect()
}

/// Each token is lost, doubled or replaced now and then, inside groups too.
fn damaged(tokens: TokenStream, often: u32) -> TokenStream {
    let mut out = Vec::new();
    for token in tokens {
        let token = match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), damaged(group.stream(), often)).into()
            }
            token => token,
        };
        match fastrand::u32(0..often) {
            0 => {}
            1 => out.extend([token.clone(), token]),
            2 => out.push(random_token(2)),
            _ => out.push(token),
        }
    }
    out.into_iter().collect()
}

fn parsed(texts: &[&str]) -> Vec<TokenStream> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn no_token_stream_makes_it_panic() {
    let cases = std::env::var("FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(5_000_u64);
    let (args, items) = (parsed(ARGS), parsed(ITEMS));
    for seed in 0..cases {
        fastrand::seed(seed);
        let often = fastrand::u32(4..60);
        let pick = |from: &[TokenStream]| from[fastrand::usize(..from.len())].clone();
        let args = if fastrand::u8(..4) == 0 {
            soup(3)
        } else {
            damaged(pick(&args), often)
        };
        let item = if fastrand::u8(..8) == 0 {
            soup(3)
        } else {
            damaged(pick(&items), often)
        };
        let caught = std::panic::catch_unwind(|| crate::attribute(args.clone(), item.clone()));
        assert!(caught.is_ok(), "seed {seed}: #[retry({args})] {item}");
    }
}
