//! What the user wrote in `#[retry(..)]`: each argument with its place.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Ident, Path, Token};

use crate::errors::Errors;
use crate::keys::{self, Clock, Key, Slot};
use crate::unknown::unknown;
use crate::value::{self, Value};

/// The arguments in the order in which they were written.
#[derive(Default)]
pub(crate) struct Args(Vec<Arg>);

pub(crate) struct Arg {
    pub(crate) key: &'static Key,
    /// The name as it was written, `_ms` included.
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

impl Args {
    /// Reads them all; what is wrong is left out and noted.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            args.read(input, errors);
            Ok(())
        })
        .parse2(tokens);
        errors.keep(parsed);
        args.reject_contradictions(errors);
        args
    }

    fn read(&mut self, input: ParseStream<'_>, errors: &mut Errors) {
        while !input.is_empty() {
            match self.read_one(input, errors) {
                Ok(()) if input.is_empty() || input.peek(Token![,]) => {}
                Ok(()) => errors.push(input.error("expected `,` between two arguments")),
                Err(error) => {
                    errors.push(error);
                    skip_to_next(input);
                }
            }
            let _comma: Option<Token![,]> = input.parse().ok();
        }
    }

    fn read_one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        let whole = input.fork();
        let Ok(name) = input.call(Ident::parse_any) else {
            return Err(input.error("expected `name = value`, for example `max_attempts = 3`"));
        };
        let text = name.to_string();
        let Some((key, millis)) = keys::find(&text) else {
            let is_argument = input.peek(Token![=]) || input.peek(syn::token::Paren);
            let message = if !is_argument && text.starts_with(char::is_uppercase) {
                let policy = whole
                    .parse::<Expr>()
                    .map_or(text, |policy| compact(&policy));
                format!(
                    "expected `name = value`: for a policy of your own write `policy = {policy}`"
                )
            } else {
                unknown(&text)
            };
            return Err(syn::Error::new(name.span(), message));
        };
        if let Some(first) = self.0.iter().find(|arg| arg.key.name == key.name) {
            let (again, first) = (&name, &first.name);
            let message = if again == first {
                format!("`{again}` is given twice: keep one")
            } else {
                format!("`{again}` and `{first}` are the same argument: keep one")
            };
            errors.at(name.span(), message);
        }
        let value = value::parse(key, &name, millis, input)?;
        self.0.push(Arg { key, name, value });
        Ok(())
    }

    fn reject_contradictions(&self, errors: &mut Errors) {
        let mut backoffs = self.0.iter().filter(|arg| arg.key.backoff.is_some());
        if let Some(first) = backoffs.next() {
            if let Some(other) = backoffs.find(|arg| arg.key.backoff != first.key.backoff) {
                let (one, two) = (&first.name, &other.name);
                errors.at(
                    two.span(),
                    format!("`{one}` and `{two}` are two backoffs at once: keep one"),
                );
            }
        }
        if let (Some(_), Some(second)) = (self.get(Slot::When), self.get(Slot::WhenErr)) {
            errors.at(
                second.name.span(),
                "`when` and `when_err` both judge the outcome: keep one",
            );
        }
    }

    /// What only an `async fn` can do.
    pub(crate) fn reject_async_only(&self, errors: &mut Errors) {
        for arg in &self.0 {
            if let Some(why) = arg.key.needs_async {
                let name = &arg.name;
                errors.at(name.span(), format!("`{name}` needs an `async fn`: {why}"));
            }
        }
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Arg> {
        self.0.iter().find(|arg| arg.key.sets == slot)
    }

    pub(crate) fn has(&self, slot: Slot) -> bool {
        self.get(slot).is_some()
    }

    pub(crate) fn expr(&self, slot: Slot) -> Option<&Expr> {
        self.get(slot).and_then(Arg::expr)
    }

    pub(crate) fn path(&self, slot: Slot) -> Option<&Path> {
        match &self.get(slot)?.value {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn names(&self, slot: Slot) -> &[Ident] {
        match self.get(slot).map(|arg| &arg.value) {
            Some(Value::Names(names)) => names,
            _ => &[],
        }
    }

    /// What the policy's setters are called with.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &Arg> {
        self.0.iter().filter(|arg| arg.key.sets == Slot::Setting)
    }

    /// What is attached to the call.
    pub(crate) fn behaviours(&self) -> impl Iterator<Item = &Arg> {
        let is_behaviour = |slot| matches!(slot, Slot::Behaviour | Slot::Guard | Slot::Cooldown);
        self.0.iter().filter(move |arg| is_behaviour(arg.key.sets))
    }

    /// The argument for which an attempt may be refused.
    pub(crate) fn refusing(&self) -> Option<&Arg> {
        self.0.iter().find(|arg| arg.key.refuses)
    }

    /// When the call reads the clock: as often as the most demanding argument asks.
    pub(crate) fn clock(&self) -> Clock {
        let clocks = self.0.iter().map(|arg| arg.key.clock);
        clocks.max().unwrap_or(Clock::Never)
    }
}

impl Arg {
    pub(crate) const fn expr(&self) -> Option<&Expr> {
        match &self.value {
            Value::Known(expr) | Value::Expr(expr) => Some(expr),
            _ => None,
        }
    }

    pub(crate) const fn is_known(&self) -> bool {
        matches!(self.value, Value::Known(_))
    }
}

/// The expression on one line, without the spaces between tokens.
fn compact(value: &Expr) -> String {
    value.to_token_stream().to_string().replace([' ', '\n'], "")
}

/// To the comma before something that looks like an argument: commas belong to closures and paths too.
fn skip_to_next(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            let ahead = input.fork();
            let _comma: Option<Token![,]> = ahead.parse().ok();
            let name = ahead.call(Ident::parse_any);
            let assigned = ahead.peek(Token![=]) && !ahead.peek(Token![==]);
            match name {
                Ok(name) if assigned || keys::find(&name.to_string()).is_some() => return,
                Err(_) if ahead.is_empty() => return,
                _ => {}
            }
        }
        let _skipped: Option<proc_macro2::TokenTree> = input.parse().ok();
    }
}
