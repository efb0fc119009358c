//! The value of one argument: what the user wrote, or what to write instead.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprCall, Ident, Lit, LitInt, Path, Result, Token};

use crate::duration;
use crate::keys::{Key, Kind};
use crate::known::is_known;
use crate::literal::{Literal, first_token, literal};
use crate::words::{is_jitter, jitter, word};

/// A value as the expansion takes it.
pub(crate) enum Value {
    /// What does not depend on the user's names.
    Known(Expr),
    /// The user's expression, or one made of the user's words.
    Expr(Expr),
    /// A setter that stands for the value: `unlimited()`.
    Setter(Ident),
    Names(Vec<Ident>),
    Path(Path),
    None,
}

/// Everything between the argument's name and the next comma.
pub(crate) fn parse(
    key: &Key,
    name: &Ident,
    millis: bool,
    input: ParseStream<'_>,
) -> Result<Value> {
    match key.takes {
        Kind::Flag => flag(key, name, input),
        Kind::Names => names(key, name, input),
        Kind::Ident => after_equals(key, name, input)?
            .parse()
            .map(|name| Value::Names(vec![name]))
            .map_err(|error| expected("a name for the variable", key, error.span())),
        Kind::Path => after_equals(key, name, input)?
            .call(Path::parse_mod_style)
            .map(Value::Path)
            .map_err(|error| expected("a path", key, error.span())),
        _ => {
            let value: Expr = after_equals(key, name, input)?.parse()?;
            expression(key, millis, value)
        }
    }
}

fn expression(key: &Key, millis: bool, value: Expr) -> Result<Value> {
    if let Kind::Attempts = key.takes {
        if let Some(word) = word(&value, &["unlimited"])? {
            return Ok(Value::Setter(word));
        }
    }
    let is_known = is_known(&value) || (key.takes == Kind::Jitter && is_jitter(&value));
    let value = match key.takes {
        Kind::Attempts | Kind::Integer => integer(key, value),
        Kind::Factor => factor(key, value),
        Kind::Duration if millis => milliseconds(key, value),
        Kind::Duration => span_of_time(key, value),
        Kind::Jitter => jitter(key, value),
        Kind::Text => text(key, value),
        _ => no_literal(key, value),
    };
    value.map(if is_known { Value::Known } else { Value::Expr })
}

fn after_equals<'a>(key: &Key, name: &Ident, input: ParseStream<'a>) -> Result<ParseStream<'a>> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Ok(input);
        }
    }
    let example = key.example;
    Err(Error::new(
        name.span(),
        format!("`{name}` needs a value: write for example `{example}`"),
    ))
}

fn flag(key: &Key, name: &Ident, input: ParseStream<'_>) -> Result<Value> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Value::None);
    }
    let name_only = key.name;
    Err(Error::new(
        name.span(),
        format!("`{name}` takes no value: write `{name_only}` alone"),
    ))
}

fn names(key: &Key, name: &Ident, input: ParseStream<'_>) -> Result<Value> {
    let example = key.example;
    if !input.peek(syn::token::Paren) {
        return Err(Error::new(
            name.span(),
            format!("`{name}` takes names in parentheses: write for example `{example}`"),
        ));
    }
    let content;
    syn::parenthesized!(content in input);
    let one = |input: ParseStream<'_>| {
        if input.peek(Token![self]) {
            return Err(
                input.error("`self` cannot be bound anew: clone inside the body, or take `&self`")
            );
        }
        input.parse::<Ident>()
    };
    let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, one);
    // What is left unread would be a second mistake.
    let _rest: Option<TokenStream> = content.parse().ok();
    Ok(Value::Names(names?.into_iter().collect()))
}

fn integer(key: &Key, value: Expr) -> Result<Expr> {
    let is_attempts = key.takes == Kind::Attempts;
    match literal(&value) {
        Some(Literal::Of(Lit::Int(int))) if is_attempts && int.base10_parse::<u32>().is_err() => {
            let count = int.token();
            Err(Error::new(
                int.span(),
                format!(
                    "`max_attempts` must be an integer from 1 to 4294967295, or `unlimited`, but is {count}"
                ),
            ))
        }
        Some(Literal::Of(Lit::Str(text))) if is_attempts && text.value() == "unlimited" => {
            Err(Error::new(
                text.span(),
                "expected a word, found a string: write `max_attempts = unlimited`",
            ))
        }
        Some(Literal::Of(Lit::Int(_))) | None => Ok(value),
        Some(Literal::Of(Lit::Str(text))) if text.value().parse::<u64>().is_ok() => {
            let (name, digits) = (key.name, text.value());
            Err(Error::new(
                text.span(),
                format!("expected an integer, found a string: write `{name} = {digits}`"),
            ))
        }
        Some(other) => Err(other.instead_of("an integer", key)),
    }
}

fn factor(key: &Key, value: Expr) -> Result<Expr> {
    match literal(&value) {
        Some(Literal::Of(Lit::Int(int))) if int.suffix().is_empty() => float(key, int),
        Some(Literal::Of(Lit::Int(_) | Lit::Float(_))) | None => Ok(value),
        Some(Literal::Negative(_)) => Err(out_of_range(key, &value)),
        Some(other) => Err(other.instead_of("a number", key)),
    }
}

/// `2` for `2.0`, which a policy needs and nobody would take for anything else.
fn float(key: &Key, int: &LitInt) -> Result<Expr> {
    let Ok(value) = int.base10_parse::<u32>() else {
        return Err(out_of_range(key, int));
    };
    let mut literal = proc_macro2::Literal::f64_unsuffixed(value.into());
    literal.set_span(int.span());
    Ok(Expr::Verbatim(literal.to_token_stream()))
}

fn out_of_range(key: &Key, value: &impl ToTokens) -> Error {
    let name = key.name;
    let text: String = value.to_token_stream().to_string();
    let text = text.replace(' ', "");
    Error::new_spanned(
        value,
        format!(
            "`{name}` must be a number of at least 1, with a point where it is above 4294967295, but is {text}"
        ),
    )
}

fn milliseconds(key: &Key, value: Expr) -> Result<Expr> {
    let name = key.name;
    let message = match literal(&value) {
        Some(Literal::Of(Lit::Int(int))) if has_unit(int.suffix()) => {
            format!(
                "expected an integer of milliseconds, found a duration: write `{name} = \"{int}\"`"
            )
        }
        Some(Literal::Of(Lit::Int(_))) | None => {
            let at = first_token(&value);
            let from_millis = quote_spanned!(at=> __retry::Duration::from_millis);
            return Ok(Expr::Call(ExprCall {
                attrs: Vec::new(),
                func: Box::new(Expr::Verbatim(from_millis)),
                paren_token: syn::token::Paren(at),
                args: [value].into_iter().collect(),
            }));
        }
        Some(Literal::Of(Lit::Str(text))) if text.value().parse::<u64>().is_ok() => {
            let millis = text.value();
            format!(
                "expected an integer of milliseconds, found a string: write `{name}_ms = {millis}`"
            )
        }
        Some(Literal::Of(Lit::Str(text))) => {
            let text = text.token();
            format!("expected an integer of milliseconds, found a string: write `{name} = {text}`")
        }
        Some(other) => {
            let found = other.describe();
            format!(
                "expected an integer of milliseconds, found {found}: write for example `{name}_ms = 250`"
            )
        }
    };
    Err(Error::new_spanned(value, message))
}

fn span_of_time(key: &Key, value: Expr) -> Result<Expr> {
    let name = key.name;
    match literal(&value) {
        None => Ok(value),
        Some(Literal::Of(Lit::Str(text))) => match duration::parse(&text.value()) {
            Ok(duration) => {
                let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
                let new = quote_spanned! {text.span().resolved_at(Span::mixed_site())=>
                    __retry::Duration::new(#secs, #nanos)
                };
                Ok(Expr::Verbatim(new))
            }
            Err(message) => Err(Error::new(text.span(), message)),
        },
        Some(Literal::Of(Lit::Int(int))) if has_unit(int.suffix()) => {
            Err(unquoted(name, int, int.span()))
        }
        Some(Literal::Of(Lit::Float(float))) if has_unit(float.suffix()) => {
            Err(unquoted(name, float, float.span()))
        }
        Some(Literal::Of(Lit::Int(int))) => {
            let millis = int.base10_digits();
            let text = match millis.strip_suffix("000") {
                Some(secs) if !secs.is_empty() => format!("{secs}s"),
                _ => format!("{millis}ms"),
            };
            Err(Error::new(
                int.span(),
                format!(
                    "expected a duration, found an integer: write `{name}_ms = {millis}` or `{name} = \"{text}\"`"
                ),
            ))
        }
        Some(other) => Err(other.instead_of("a duration", key)),
    }
}

/// `3s`, which is a literal of a type `s` to the compiler.
fn has_unit(suffix: &str) -> bool {
    let unit = suffix.split(|c: char| c.is_ascii_digit()).next();
    unit.is_some_and(|unit| duration::parse(&format!("1{unit}")).is_ok())
}

fn unquoted(name: &str, literal: &dyn std::fmt::Display, at: Span) -> Error {
    let message = format!("a duration is a text: write `{name} = \"{literal}\"`");
    Error::new(at, message)
}

fn text(key: &Key, value: Expr) -> Result<Expr> {
    match literal(&value) {
        None | Some(Literal::Of(Lit::Str(_))) => Ok(value),
        Some(other) => Err(other.instead_of("a string", key)),
    }
}

/// What is no number, text or word of ours: a policy, a guard, a classifier.
fn no_literal(key: &Key, value: Expr) -> Result<Expr> {
    let Some(found) = literal(&value) else {
        return Ok(value);
    };
    let (name, example, literal) = (key.name, key.example, found.describe());
    Err(Error::new(
        found.span(),
        format!("`{name}` cannot be {literal}: write for example `{example}`"),
    ))
}

fn expected(wanted: &str, key: &Key, at: Span) -> Error {
    let example = key.example;
    Error::new(
        at,
        format!("expected {wanted}: write for example `{example}`"),
    )
}
